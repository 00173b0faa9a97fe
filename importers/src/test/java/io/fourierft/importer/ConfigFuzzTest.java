package io.fourierft.importer;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.fourierft.importer.bert.BertConfig;
import io.fourierft.importer.gpt2.Gpt2Config;
import io.fourierft.importer.llama.LlamaConfig;
import io.fourierft.importer.vit.VitConfig;
import io.fourierft.importer.weights.ModelFormatException;
import io.fourierft.vision.ImagePreprocessor;
import java.nio.charset.StandardCharsets;
import org.assertj.core.api.Assertions;

/** Feeds arbitrary configuration files to every family and to the image preprocessor. */
public class ConfigFuzzTest {
  private interface Reader {
    Object read(ConfigFile file) throws ModelFormatException;
  }

  @FuzzTest(maxDuration = "10m")
  public void config(byte[] bytes) {
    String json = new String(bytes, StandardCharsets.UTF_8);
    read(json, Importers::head);
    read(json, BertConfig::of);
    read(json, Gpt2Config::of);
    read(json, LlamaConfig::of);
    read(json, file -> VitConfig.of(file).positions());
    read(json, file -> ImagePreprocessor.of(file, 3));
  }

  private static void read(String json, Reader reader) {
    try {
      Assertions.assertThat(reader.read(ConfigFile.parse(json, "fuzz"))).isNotNull();
    } catch (ModelFormatException e) {
      Assertions.assertThat(e).hasMessageContaining("fuzz");
    }
  }
}
