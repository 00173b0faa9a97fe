package io.fourierft.hub;

import static io.fourierft.hub.HubFixture.REPO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckoutTest {
  @TempDir Path directory;
  private Path output;
  private Manifest manifest;
  private Path fetched;

  @BeforeEach
  void publish() throws IOException {
    HubFixture fixture = new HubFixture(directory);
    fixture.hub.publish(
        REPO, fixture.adapter("one").file("sub/note.txt", fixture.source("note", "n")).build());
    manifest = fixture.hub.manifest(REPO, "main");
    fetched = fixture.hub.fetch(REPO, "main", fixture.options);
    output = directory.resolve("new/output");
  }

  @Test
  void filesAreWrittenOnceAndOtherFilesStay() throws IOException {
    assertThat(Checkout.write(manifest, fetched, output, false)).isEqualTo(2);
    Files.writeString(output.resolve("mine"), "mine");

    assertThat(Checkout.write(manifest, fetched, output, false)).isZero();
    assertThat(output.resolve("adapter.fft")).hasContent("one");
    assertThat(output.resolve("sub/note.txt")).hasContent("n");
    assertThat(output.resolve("mine")).hasContent("mine");
    assertThat(DurableFiles.list(output)).hasSize(3);
  }

  @Test
  void aFileWithOtherBytesIsReplacedOnlyWhenAskedTo() throws IOException {
    Files.createDirectories(output);
    Files.writeString(output.resolve("adapter.fft"), "two");

    assertThatThrownBy(() -> Checkout.write(manifest, fetched, output, false))
        .isInstanceOf(HubException.Conflict.class)
        .hasMessageStartingWith(
            "file adapter.fft expected to be new or the same but found another");
    assertThat(DurableFiles.list(output)).hasSize(1);
    assertThat(output.resolve("adapter.fft")).hasContent("two");

    assertThat(Checkout.write(manifest, fetched, output, true)).isEqualTo(2);
    assertThat(output.resolve("adapter.fft")).hasContent("one");
  }

  @Test
  void aLinkInTheOutputLeadsNowhere() throws IOException {
    Path elsewhere = Files.createDirectories(directory.resolve("elsewhere"));
    Files.createDirectories(output);
    Files.createSymbolicLink(output.resolve("sub"), elsewhere);

    assertThatThrownBy(() -> Checkout.write(manifest, fetched, output, false))
        .isInstanceOf(HubException.Denied.class)
        .hasMessageContaining("found a link");
    assertThat(elsewhere).isEmptyDirectory();
  }

  @Test
  void bytesThatChangedSinceTheyWereFetchedAreNotWritten() throws IOException {
    Files.writeString(fetched.resolve("adapter.fft"), "evil");

    assertThatThrownBy(() -> Checkout.write(manifest, fetched, output, false))
        .isInstanceOf(HubException.Corrupt.class);
    assertThat(output).isEmptyDirectory();
  }
}
