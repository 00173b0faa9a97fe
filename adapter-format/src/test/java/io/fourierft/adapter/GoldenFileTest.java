package io.fourierft.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** A file of every format version stays readable for good. */
class GoldenFileTest {
  @Test
  void version1IsReadAndWrittenAsEver() throws IOException {
    byte[] bytes;
    try (InputStream in = GoldenFileTest.class.getResourceAsStream("v1.fft")) {
      bytes = in.readAllBytes();
    }

    assertThat(AdapterFiles.read(bytes, "v1.fft")).isEqualTo(Samples.golden());
    assertThat(AdapterFiles.verify(bytes, "v1.fft").version()).isEqualTo(1);
    assertThat(AdapterFiles.toBytes(Samples.golden(), StorageType.F32, StorageType.F32))
        .isEqualTo(bytes);
  }

  /** Writes the golden file of a new version: {@code -Dfourierft.golden=DIRECTORY}. */
  @Test
  @EnabledIfSystemProperty(named = "fourierft.golden", matches = ".+")
  void writesTheGoldenFile() throws IOException {
    Path directory = Path.of(System.getProperty("fourierft.golden"));
    AdapterFileInfo info =
        AdapterFiles.write(directory.resolve("v" + Frame.VERSION + ".fft"), Samples.golden());
    assertThat(info.version()).isEqualTo(Frame.VERSION);
  }
}
