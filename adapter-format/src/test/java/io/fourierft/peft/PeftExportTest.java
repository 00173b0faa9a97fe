package io.fourierft.peft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterLayer;
import io.fourierft.spectral.DenseDelta;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Directories written here and loaded by PEFT 0.21: tools/reference/peft_loads.py compares weight
 * changes and logits, and notes what PEFT made of them in {@code from_java}.
 */
class PeftExportTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"bert", "roberta", "gpt2", "llama", "vit"})
  void directoriesAreThoseThatPeftHasLoaded(String family) throws Exception {
    Path loaded = Path.of(PeftExportTest.class.getResource("from_java/" + family).toURI());
    Adapter adapter = JavaAdapters.of(family);

    PeftDirectory.write(directory, adapter);

    for (String file : new String[] {PeftDirectory.CONFIG, PeftDirectory.MODEL}) {
      assertThat(directory.resolve(file)).hasSameBinaryContentAs(loaded.resolve(file));
    }
    JsonNode byPeft = JSON.readTree(loaded.resolve("deltas.json").toFile());
    assertThat(byPeft).hasSize(adapter.layers().size());
    for (AdapterLayer layer : adapter.layers()) {
      double[] delta = delta(adapter, layer);
      JsonNode expected = byPeft.get(ModuleSpelling.TRANSFORMERS_5.spell(layer.module()));
      assertThat(expected).hasSize(delta.length);
      for (int i = 0; i < delta.length; i++) {
        double value = expected.get(i).asDouble();
        assertThat(delta[i]).isCloseTo(value, within(1e-5 * Math.max(1, Math.abs(value))));
      }
    }
  }

  /** Writes what peft_loads.py reads: {@code -Dfourierft.peft.out=DIRECTORY}. */
  @Test
  @EnabledIfSystemProperty(named = "fourierft.peft.out", matches = ".+")
  void writesDirectoriesForPeft() throws Exception {
    for (String family : JavaAdapters.FAMILIES) {
      Adapter adapter = JavaAdapters.of(family);
      Path out = Path.of(System.getProperty("fourierft.peft.out"), family);
      PeftDirectory.write(out, adapter);
      ObjectNode deltas = JSON.createObjectNode();
      for (AdapterLayer layer : adapter.layers()) {
        ArrayNode numbers = deltas.putArray(ModuleSpelling.TRANSFORMERS_5.spell(layer.module()));
        for (double number : delta(adapter, layer)) {
          numbers.add(number);
        }
      }
      Files.writeString(out.resolve("java.json"), deltas.toString());
      assertThat(out.resolve(PeftDirectory.MODEL)).isNotEmptyFile();
    }
  }

  private static double[] delta(Adapter adapter, AdapterLayer layer) {
    return DenseDelta.of(adapter.entries(layer), layer.coefficients(), adapter.scaling());
  }
}
