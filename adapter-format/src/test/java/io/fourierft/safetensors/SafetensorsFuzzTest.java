package io.fourierft.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Feeds arbitrary files to the reader; run as {@code AdapterFuzzTest} says. */
public class SafetensorsFuzzTest {
  @FuzzTest(maxDuration = "10m")
  public void file(byte[] bytes) throws IOException {
    Path path = Files.createTempFile("fuzz", ".safetensors");
    try {
      Files.write(path, bytes);
      readAll(path, bytes.length);
    } finally {
      Files.delete(path);
    }
  }

  private static void readAll(Path path, long size) throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      long total = 0;
      for (TensorEntry entry : file.entries()) {
        total += file.map(entry.name()).remaining();
        if (entry.dtype().isFloat()) {
          assertThat(file.floats(entry.name())).hasSize((int) entry.elements());
        }
      }
      assertThat(total).isLessThan(size);
    } catch (SafetensorsException e) {
      assertThat(e).hasMessageContaining(path.getFileName().toString());
    }
  }
}
