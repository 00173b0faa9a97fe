package io.fourierft.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir Path directory;

  @Test
  void failedWritesLeaveTheOldFileAndNothingElse() throws IOException {
    Path file = directory.resolve("a.fft");
    Files.writeString(file, "old");

    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    file,
                    out -> {
                      out.write(new byte[1 << 20]);
                      throw new IOException("source ended");
                    }))
        .hasMessage("source ended");
    assertThatThrownBy(() -> AtomicFile.write(directory, out -> out.write(1)))
        .hasMessageStartingWith("target expected a file name but found a directory");
    assertThatThrownBy(() -> AtomicFile.write(directory.resolve("none/a"), out -> out.write(1)))
        .isInstanceOf(IOException.class);

    assertThat(file).hasContent("old");
    try (var files = Files.list(directory)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void readersSeeWholeFilesWhileOthersWrite() throws Exception {
    Path file = directory.resolve("a.fft");
    Files.write(file, filled(0));
    ExecutorService pool = Executors.newFixedThreadPool(3);
    try {
      List<Callable<Void>> writers = new ArrayList<>();
      for (int writer = 0; writer < 3; writer++) {
        byte[] mine = filled(writer);
        writers.add(
            () -> {
              for (int i = 0; i < 30; i++) {
                AtomicFile.write(file, out -> out.write(mine));
                byte[] seen = Files.readAllBytes(file);
                assertThat(seen).isEqualTo(filled(seen[0]));
              }
              return null;
            });
      }
      for (Future<Void> writer : pool.invokeAll(writers)) {
        writer.get();
      }
    } finally {
      pool.shutdownNow();
    }
    try (var files = Files.list(directory)) {
      assertThat(files).containsExactly(file);
    }
  }

  private static byte[] filled(int value) {
    byte[] bytes = new byte[200_000];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }
}
