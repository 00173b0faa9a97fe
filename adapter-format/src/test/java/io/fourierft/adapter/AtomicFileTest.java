package io.fourierft.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
  void failedWritesLeaveNothingBehind() throws IOException {
    Path occupied = Files.createDirectories(directory.resolve("a.fft"));
    assertThatThrownBy(() -> AtomicFile.write(occupied, ByteBuffer.allocate(3)))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(
            () -> AtomicFile.write(directory.resolve("none/a.fft"), ByteBuffer.allocate(3)))
        .isInstanceOf(IOException.class);
    try (var files = Files.list(directory)) {
      assertThat(files).containsExactly(occupied);
    }
  }

  @Test
  void readersSeeWholeFilesWhileOthersWrite() throws Exception {
    Path file = directory.resolve("a.fft");
    List<Adapter> versions = List.of(Samples.random(1), Samples.random(2), Samples.golden());
    AdapterFiles.write(file, versions.get(0));
    ExecutorService pool = Executors.newFixedThreadPool(3);
    try {
      List<Callable<Void>> writers = new ArrayList<>();
      for (Adapter version : versions) {
        writers.add(
            () -> {
              for (int i = 0; i < 30; i++) {
                AdapterFiles.write(file, version);
                assertThat(AdapterFiles.read(file)).isIn(versions);
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
}
