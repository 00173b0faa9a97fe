package io.fourierft.peft;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterFormatException;
import io.fourierft.adapter.LayerShapes;
import io.fourierft.safetensors.SafetensorsException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Feeds arbitrary configurations and tensors to the reader; run as {@code AdapterFuzzTest} says.
 */
public class PeftFuzzTest {
  @FuzzTest(maxDuration = "10m")
  public void configuration(byte[] bytes) {
    try {
      PeftConfig config = PeftConfig.parse(bytes, "fuzz");
      config.frequencies("bert.encoder.layer.0.attention.self.query");
      String text = config.text();
      byte[] again = text.getBytes(StandardCharsets.UTF_8);
      assertThat(PeftConfig.parse(again, "fuzz again").text()).isEqualTo(text);
    } catch (AdapterFormatException e) {
      assertThat(e).hasMessageContaining("fuzz").hasMessageNotContaining("again");
    }
  }

  /** Tensors beside a configuration of n = 2; what is read must be written and read as the same. */
  @FuzzTest(maxDuration = "10m")
  public void tensors(byte[] bytes) throws IOException {
    Path directory = Files.createTempDirectory("fuzz");
    Path config = directory.resolve(PeftDirectory.CONFIG);
    Path model = directory.resolve(PeftDirectory.MODEL);
    try {
      Files.writeString(
          config,
          "{\"peft_type\": \"FOURIERFT\", \"n_frequency\": 2, \"target_modules\": [\"q\"],"
              + " \"bias\": \"all\"}");
      Files.write(model, bytes);
      Adapter adapter = PeftDirectory.read(directory, shapes());
      assertThat(adapter.layers()).isNotEmpty();
    } catch (AdapterFormatException | SafetensorsException e) {
      assertThat(e).hasMessageContaining(directory.getFileName().toString());
    } finally {
      Files.delete(model);
      Files.delete(config);
      Files.delete(directory);
    }
  }

  private static LayerShapes shapes() {
    return module -> Optional.of(new LayerShapes.Shape(4, 4));
  }
}
