package io.fourierft.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicDirectoryTest {
  @TempDir Path folder;

  @Test
  void aDirectoryAppearsWithAllItsFiles() throws IOException {
    Path target = folder.resolve("new/one");

    AtomicDirectory.write(
        target,
        directory -> {
          Files.writeString(directory.resolve("a"), "1");
          assertThat(target).doesNotExist();
        });

    assertThat(target.resolve("a")).hasContent("1");
    assertThat(folder.resolve("new")).isDirectoryNotContaining("glob:**/.*.tmp");
  }

  @Test
  void anEmptyDirectoryIsFilled() throws IOException {
    Path target = Files.createDirectory(folder.resolve("empty"));

    AtomicDirectory.write(target, directory -> Files.writeString(directory.resolve("a"), "1"));

    assertThat(target.resolve("a")).exists();
  }

  @Test
  void contentThatFailsLeavesNothing() {
    Path target = folder.resolve("one");

    assertThatThrownBy(
            () ->
                AtomicDirectory.write(
                    target,
                    directory -> {
                      Files.createDirectory(directory.resolve("deep"));
                      Files.writeString(directory.resolve("deep/a"), "1");
                      throw new IOException("full");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("full");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void whatIsThereIsLeftAlone() throws IOException {
    Path full = Files.createDirectory(folder.resolve("full"));
    Files.writeString(full.resolve("mine"), "1");
    assertThatThrownBy(() -> AtomicDirectory.write(full, directory -> {}))
        .isInstanceOf(DirectoryNotEmptyException.class)
        .hasMessageContaining(full.toString());
    assertThatThrownBy(() -> AtomicDirectory.write(full.resolve("mine"), directory -> {}))
        .isInstanceOf(NotDirectoryException.class);
    assertThat(full.resolve("mine")).hasContent("1");
  }
}
