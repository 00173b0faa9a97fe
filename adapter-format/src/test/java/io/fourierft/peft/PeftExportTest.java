package io.fourierft.peft;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterLayer;
import io.fourierft.adapter.BiasMode;
import io.fourierft.adapter.NamedTensor;
import io.fourierft.spectral.DenseDelta;
import io.fourierft.spectral.EntryRule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Writes an adapter for PEFT to load: {@code -Dfourierft.peft=DIRECTORY}, then {@code python
 * tools/reference/peft_loads.py DIRECTORY}.
 */
@EnabledIfSystemProperty(named = "fourierft.peft", matches = ".+")
class PeftExportTest {
  private final Random random = new Random(3);

  @Test
  void writesAnAdapterWithHeadBiasesAndSeveralCounts() throws IOException {
    Path directory = Path.of(System.getProperty("fourierft.peft"));
    Adapter.Builder builder =
        Adapter.builder().rule(EntryRule.seeded(11)).scaling(90).bias(BiasMode.ADAPTED);
    for (int i = 0; i < 12; i++) {
      String layer = "bert.encoder.layer." + i;
      String query = layer + ".attention.self.query";
      builder.addLayer(new AdapterLayer(query, 8, 8, numbers(6)));
      builder.addLayer(
          new AdapterLayer(layer + ".intermediate.dense", 12, 8, numbers(i == 1 ? 9 : 6)));
      builder.addTensor(new NamedTensor(query + ".bias", new long[] {8}, numbers(8)));
      builder.addTensor(
          new NamedTensor(layer + ".intermediate.dense.bias", new long[] {12}, numbers(12)));
    }
    builder.addTensor(new NamedTensor("classifier.weight", new long[] {3, 8}, numbers(24)));
    builder.addTensor(new NamedTensor("classifier.bias", new long[] {3}, numbers(3)));
    Adapter adapter = builder.build();

    PeftDirectory.write(directory, adapter);

    Map<String, double[]> deltas = new LinkedHashMap<>();
    for (AdapterLayer layer : adapter.layers()) {
      double[] delta =
          DenseDelta.of(adapter.entries(layer), layer.coefficients(), adapter.scaling());
      deltas.put(layer.module(), delta);
    }
    new ObjectMapper().writeValue(directory.resolve("deltas.json").toFile(), deltas);
    assertThat(deltas).hasSize(24);
  }

  private float[] numbers(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
