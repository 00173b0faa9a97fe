package io.fourierft.importer.bert;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fourierft.engine.DirectModel;
import io.fourierft.engine.Inputs;
import io.fourierft.engine.SameDiffModel;
import io.fourierft.importer.ConfigFile;
import io.fourierft.importer.Head;
import io.fourierft.importer.PretrainedModel;
import io.fourierft.importer.weights.WeightFiles;
import io.fourierft.importer.weights.WeightSource;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Against transformers on tiny checkpoints, which tools/reference/tiny_encoders.py made. */
class TransformersParityTest {
  private static final double TOLERANCE = 1e-4;

  /** What golden.json holds. */
  private record Golden(
      int[][] input_ids, int[][] attention_mask, int[][] token_type_ids, float[][] output) {}

  @ParameterizedTest
  @CsvSource({
    "tiny-bert, SEQUENCE_CLASSIFIER",
    "tiny-bert-sharded, FEATURES",
    "tiny-roberta, SEQUENCE_CLASSIFIER"
  })
  void bothExecutorsComputeWhatTransformersDoes(String name, Head.Kind kind)
      throws IOException, URISyntaxException {
    Path folder = Path.of(getClass().getResource("/golden/" + name).toURI());
    ConfigFile file = ConfigFile.read(folder.resolve("config.json"));
    Golden golden =
        new ObjectMapper().readValue(folder.resolve("golden.json").toFile(), Golden.class);
    Inputs inputs =
        Inputs.tokens(golden.input_ids(), golden.attention_mask(), golden.token_type_ids());
    Head head =
        kind == Head.Kind.FEATURES ? Head.features() : Head.sequenceClassifier(file.labels());
    try (WeightSource weights = WeightFiles.open(folder);
        PretrainedModel model = BertImporter.load(weights, BertConfig.of(file), head)) {
      assertThat(model.fresh()).isEmpty();
      try (DirectModel direct = DirectModel.of(model.network(), model.parameters())) {
        assertAgrees(direct.forward(inputs), golden);
      }
      SameDiff graph = SameDiffModel.graph(model.network(), model.parameters());
      Map<String, INDArray> placeholders = SameDiffModel.placeholders(graph, inputs);
      try (INDArray output = graph.outputSingle(placeholders, SameDiffModel.OUTPUT)) {
        assertAgrees(output, golden);
      } finally {
        placeholders.values().forEach(INDArray::close);
      }
    }
  }

  private static void assertAgrees(INDArray actual, Golden golden) {
    float[][] expected = golden.output();
    assertThat(actual.shape()).containsExactly(expected.length, expected[0].length);
    for (int row = 0; row < expected.length; row++) {
      for (int column = 0; column < expected[row].length; column++) {
        assertThat(Math.abs(actual.getDouble(row, column) - expected[row][column]))
            .as("row " + row + ", column " + column)
            .isLessThan(TOLERANCE);
      }
    }
  }
}
