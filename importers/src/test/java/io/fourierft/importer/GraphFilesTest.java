package io.fourierft.importer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The README's use of the importers alone. */
class GraphFilesTest {
  @TempDir Path folder;

  @Test
  void aSavedGraphRunsUnderSameDiffAlone() throws Exception {
    for (String name : List.of("bert-sequence-old", "gpt2-causal", "llama-tokens-bin")) {
      Path checkpoint = checkpoint(name);
      Path file = folder.resolve(name + ".fb");
      try (PretrainedModel model = Importers.load(checkpoint)) {
        SameDiff graph = GraphFiles.graph(model);
        assertThat(graph.variableMap())
            .containsKeys(model.parameters().names().toArray(String[]::new));
        GraphFiles.save(graph, file);
      }
      assertRuns(SameDiff.load(file.toFile(), false), checkpoint);
    }
  }

  private static void assertRuns(SameDiff graph, Path checkpoint) throws IOException {
    JsonNode golden = new ObjectMapper().readTree(checkpoint.resolve("golden.json").toFile());
    Map<String, INDArray> inputs = new HashMap<>();
    for (String key : List.of("input_ids", "attention_mask", "token_type_ids")) {
      if (golden.has(key) && graph.hasVariable(key)) {
        int[][] rows = new ObjectMapper().treeToValue(golden.get(key), int[][].class);
        inputs.put(key, Nd4j.createFromArray(rows));
      }
    }
    try (INDArray output = graph.outputSingle(inputs, "output")) {
      JsonNode expected = golden.get("output");
      assertThat(output.size(0)).isEqualTo(expected.size());
      for (int row = 0; row < expected.size(); row++) {
        for (int column = 0; column < expected.get(row).size(); column++) {
          double wanted = expected.get(row).get(column).asDouble();
          assertThat(Math.abs(output.getDouble(row, column) - wanted)).isLessThan(1e-4);
        }
      }
    }
    inputs.values().forEach(INDArray::close);
  }

  @Test
  void graphsBeyondTheFormatAreRefusedBeforeAnythingIsWritten() throws Exception {
    Path file = folder.resolve("large.fb");
    try (PretrainedModel model = Importers.load(checkpoint("bert-tokens"))) {
      SameDiff graph = GraphFiles.graph(model);
      assertThatThrownBy(() -> GraphFiles.save(graph, file, 1000))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("graph expected at most 1000 bytes of weights")
          .hasMessageContaining("keep the checkpoint and make the graph of it after loading");
    }
    assertThat(Files.exists(file)).isFalse();
  }

  private static Path checkpoint(String name) throws URISyntaxException {
    return Path.of(GraphFilesTest.class.getResource("/golden/families/" + name).toURI());
  }
}
