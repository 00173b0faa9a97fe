package io.fourierft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What {@code ./fourierft} itself says, before any Java of the project runs. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
  private static final Path LAUNCHER = Path.of("..", "fourierft").toAbsolutePath().normalize();

  @TempDir private Path folder;

  @Test
  void aJavaHomeWithoutJavaIsToldInOneLine() throws Exception {
    assertThat(launch(folder))
        .isEqualTo(
            "1 fourierft: JAVA_HOME expected to hold bin/java but found none (" + folder + ")");
  }

  @Test
  void anOldJdkIsToldInOneLine() throws Exception {
    Path java = Files.createDirectories(folder.resolve("bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();
    Files.writeString(folder.resolve("release"), "JAVA_VERSION=\"1.8.0_402\"\n");

    assertThat(launch(folder))
        .isEqualTo("1 fourierft: JDK expected 17 or newer but found 1.8.0_402 (" + java + ")");
  }

  @Test
  void aDependencyThatMavenCannotGetIsNamedInOneLine() throws Exception {
    Path launcher = Files.copy(LAUNCHER, folder.resolve("fourierft"));
    Path tools = Files.createDirectories(folder.resolve("tools"));
    Path mvn = tools.resolve("mvn");
    Files.writeString(
        mvn,
        "#!/bin/sh\necho '[ERROR] Could not find artifact org.nd4j:nd4j-api:jar:1.0 in central'\n"
            + "exit 1\n");
    assertThat(mvn.toFile().setExecutable(true)).isTrue();

    String output = launch(launcher, Path.of(System.getProperty("java.home")), tools);

    assertThat(output.lines())
        .last()
        .asString()
        .startsWith("fourierft: dependency expected org.nd4j:nd4j-api:jar:1.0 but Maven could not");
    assertThat(output).startsWith("1 ");
  }

  private String launch(Path javaHome) throws IOException, InterruptedException {
    return launch(LAUNCHER, javaHome, folder);
  }

  private static String launch(Path launcher, Path javaHome, Path firstOnPath)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder("bash", launcher.toString(), "--version");
    builder.environment().put("JAVA_HOME", javaHome.toString());
    builder.environment().merge("PATH", "", (path, none) -> firstOnPath + ":" + path);
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return process.exitValue() + " " + output.strip();
  }
}
