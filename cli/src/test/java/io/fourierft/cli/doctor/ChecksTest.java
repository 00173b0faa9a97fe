package io.fourierft.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.fourierft.cli.doctor.Finding.Level;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChecksTest {
  @Test
  void anOldJdkFails() {
    Finding finding = only(new JvmCheck(Runtime.Version.parse("11.0.2")));

    assertThat(finding.level()).isEqualTo(Level.FAIL);
    assertThat(finding.advice()).contains("JDK 17");
  }

  @Test
  void aMissingWaitPolicyIsWarnedOfWithWhatToDo() {
    Finding finding = only(new OpenMpCheck(Map.of()));

    assertThat(finding.level()).isEqualTo(Level.WARN);
    assertThat(finding.advice()).contains("OMP_WAIT_POLICY=passive");
  }

  @Test
  void anActiveWaitPolicyIsWarnedOf() {
    assertThat(only(new OpenMpCheck(Map.of("OMP_WAIT_POLICY", "active"))).level())
        .isEqualTo(Level.WARN);
  }

  @Test
  void aBackendThatDoesNotStartFailsAndLeavesTheRestOut() {
    BackendCheck backend =
        new BackendCheck(
            () -> {
              throw new IllegalStateException("no GPU here");
            });

    Finding finding = only(backend);

    assertThat(finding.level()).isEqualTo(Level.FAIL);
    assertThat(finding.found()).isEqualTo("no GPU here");
    assertThat(new BlasCheck(backend).examine()).isEmpty();
    assertThat(new GemmCheck(backend).examine()).isEmpty();
  }

  @Test
  void aDirectoryThatCanBeMadeIsFine(@TempDir Path folder) {
    Path hub = folder.resolve("not/yet");

    assertThat(only(new DirectoryCheck("hub", "--hub", hub)).level()).isEqualTo(Level.OK);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aFileInPlaceOfTheDirectoryFails(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("hub"), "");

    Finding finding = only(new DirectoryCheck("hub", "--hub", file));

    assertThat(finding.level()).isEqualTo(Level.FAIL);
    assertThat(finding.found()).contains(file.toString());
  }

  private static Finding only(Check check) {
    List<Finding> findings = check.examine();
    assertThat(findings).hasSize(1);
    return findings.get(0);
  }
}
