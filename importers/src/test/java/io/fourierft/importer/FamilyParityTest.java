package io.fourierft.importer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fourierft.engine.DirectModel;
import io.fourierft.engine.Inputs;
import io.fourierft.engine.Network;
import io.fourierft.engine.Parameters;
import io.fourierft.engine.SameDiffModel;
import io.fourierft.importer.vit.VitImporter;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Against transformers on tiny checkpoints, which tiny_families.py and odd_families.py in
 * tools/reference made.
 */
class FamilyParityTest {
  private static final Logger LOG = LoggerFactory.getLogger(FamilyParityTest.class);
  private static final double TOLERANCE = 1e-4;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Largest deviation of each family, direct and as a graph. */
  private static final Map<String, double[]> WORST = new TreeMap<>();

  @AfterAll
  static void report() {
    WORST.forEach(
        (family, worst) ->
            LOG.info(
                "{}: largest deviation from transformers {} direct, {} as a graph",
                family,
                String.format("%.1e", worst[0]),
                String.format("%.1e", worst[1])));
  }

  static List<String> checkpoints() throws IOException, URISyntaxException {
    try (Stream<Path> folders = Files.list(folder(""))) {
      return folders
          .map(path -> path.getFileName().toString())
          .filter(name -> !name.equals("vit-interpolated"))
          .sorted()
          .toList();
    }
  }

  @Test
  void everyHeadOfEveryFamilyHasTwoCheckpoints() throws IOException, URISyntaxException {
    Map<String, Integer> counts = new TreeMap<>();
    for (String name : checkpoints()) {
      ConfigFile config = Importers.config(folder(name));
      Head head = Importers.head(config);
      boolean regression = head.labels() == 1;
      String key = name.replaceFirst("-.*", " ") + (regression ? "REGRESSION" : head.kind());
      counts.merge(key, 1, Integer::sum);
    }
    counts.merge("bert SEQUENCE_CLASSIFIER", 1, Integer::sum); // tiny-bert, TransformersParityTest
    counts.merge("roberta REGRESSION", 1, Integer::sum); // tiny-roberta
    counts.merge("bert FEATURES", 1, Integer::sum); // tiny-bert-sharded
    assertThat(counts).hasSize(7 + 7 + 5 + 5 + 3);
    assertThat(counts)
        .allSatisfy((key, count) -> assertThat(count).as(key).isGreaterThanOrEqualTo(2));
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void bothExecutorsComputeWhatTransformersDoes(String name)
      throws IOException, URISyntaxException {
    Path folder = folder(name);
    try (PretrainedModel model = Importers.load(folder)) {
      assertThat(model.fresh()).isEmpty();
      assertAgrees(name, model.network(), model.parameters(), golden(folder));
    }
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void activationsComputedAgainGiveTheSameGradientsToTheBit(String name)
      throws IOException, URISyntaxException {
    Map<String, INDArray> kept = gradients(folder(name), io.fourierft.engine.Activations.KEEP);
    Map<String, INDArray> recomputed =
        gradients(folder(name), io.fourierft.engine.Activations.RECOMPUTE);
    assertThat(kept).isNotEmpty();
    assertThat(recomputed).isEqualTo(kept);
    assertThat(kept.values()).anyMatch(gradient -> gradient.amaxNumber().doubleValue() > 0);
  }

  /** Of every second parameter, for a loss of half the sum of squares. */
  private static Map<String, INDArray> gradients(
      Path folder, io.fourierft.engine.Activations activations) throws IOException {
    Map<String, INDArray> result = new TreeMap<>();
    try (PretrainedModel model = Importers.load(folder);
        DirectModel runner = DirectModel.of(model.network(), model.parameters(), activations)) {
      List<String> names = List.copyOf(model.parameters().names());
      for (int i = 0; i < names.size(); i += 2) {
        model.parameters().train(names.get(i));
      }
      runner.backward(
          inputs(golden(folder)),
          (output, gradient) -> {
            gradient.assign(output);
            return output.mul(output).sumNumber().doubleValue() / 2;
          });
      for (int i = 0; i < names.size(); i += 2) {
        result.put(names.get(i), model.parameters().train(names.get(i)).dup());
      }
    }
    return result;
  }

  @Test
  void interpolatedPositionsServeAnotherImageSize() throws IOException, URISyntaxException {
    Path folder = folder("vit-interpolated");
    try (PretrainedModel model = Importers.load(folder)) {
      assertAgrees("vit", VitImporter.resize(model, 20, 8), model.parameters(), golden(folder));
    }
  }

  @Test
  void tiedOutputMatrixIsTheEmbeddingTableItself() throws IOException, URISyntaxException {
    try (PretrainedModel model = Importers.load(folder("gpt2-causal"))) {
      assertThat(model.parameters().value("lm_head.weight"))
          .isSameAs(model.parameters().value("transformer.wte.weight"));
    }
    try (PretrainedModel model = Importers.load(folder("llama-causal"))) {
      assertThat(model.parameters().value("lm_head.weight"))
          .isNotSameAs(model.parameters().value("model.embed_tokens.weight"));
    }
  }

  @Test
  void aSequenceBeyondTheRotaryPositionsIsRefused() throws IOException, URISyntaxException {
    int[][] ids = new int[1][17];
    int[][] mask = new int[1][17];
    Arrays.fill(mask[0], 1);
    try (PretrainedModel model = Importers.load(folder("llama-causal"));
        DirectModel runner = DirectModel.of(model.network(), model.parameters())) {
      assertThat(model.config().maxTokens()).isEqualTo(16);
      assertThatThrownBy(() -> runner.forward(Inputs.tokens(ids, mask)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("sequence expected at most 16 tokens but found 17")
          .hasMessageContaining("shorten the text");
      assertThat(runner.forward(Inputs.tokens(columns(ids), columns(mask))).size(0)).isEqualTo(16);
    }
    try (PretrainedModel model = Importers.load(folder("llama-causal-dynamic"))) {
      assertThat(model.config().maxTokens()).isEqualTo(32);
    }
  }

  private static int[][] columns(int[][] rows) {
    return new int[][] {Arrays.copyOf(rows[0], 16)};
  }

  private static Path folder(String name) throws URISyntaxException {
    return Path.of(FamilyParityTest.class.getResource("/golden/families/" + name).toURI());
  }

  private static JsonNode golden(Path folder) throws IOException {
    return JSON.readTree(folder.resolve("golden.json").toFile());
  }

  private static void assertAgrees(
      String name, Network network, Parameters parameters, JsonNode golden) throws IOException {
    Inputs inputs = inputs(golden);
    float[][] expected = JSON.treeToValue(golden.get("output"), float[][].class);
    double direct;
    try (DirectModel runner = DirectModel.of(network, parameters)) {
      direct = deviation(runner.forward(inputs), expected);
    }
    SameDiff graph = SameDiffModel.graph(network, parameters);
    Map<String, INDArray> placeholders = SameDiffModel.placeholders(graph, inputs);
    try (INDArray output = graph.outputSingle(placeholders, SameDiffModel.OUTPUT)) {
      double emitted = deviation(output, expected);
      double[] worst = WORST.computeIfAbsent(name.replaceFirst("-.*", ""), family -> new double[2]);
      worst[0] = Math.max(worst[0], direct);
      worst[1] = Math.max(worst[1], emitted);
      assertThat(direct).as("direct").isLessThan(TOLERANCE);
      assertThat(emitted).as("graph").isLessThan(TOLERANCE);
    } finally {
      placeholders.values().forEach(INDArray::close);
    }
  }

  private static Inputs inputs(JsonNode golden) throws IOException {
    if (golden.has("pixel_values")) {
      float[][][][] images = JSON.treeToValue(golden.get("pixel_values"), float[][][][].class);
      int height = images[0][0].length;
      int width = images[0][0][0].length;
      float[] flat = new float[images.length * images[0].length * height * width];
      int at = 0;
      for (float[][][] image : images) {
        for (float[][] channel : image) {
          for (float[] row : channel) {
            System.arraycopy(row, 0, flat, at, width);
            at += width;
          }
        }
      }
      return Inputs.images(flat, images.length, images[0].length, height, width);
    }
    int[][] ids = JSON.treeToValue(golden.get("input_ids"), int[][].class);
    int[][] mask = JSON.treeToValue(golden.get("attention_mask"), int[][].class);
    return golden.has("token_type_ids")
        ? Inputs.tokens(ids, mask, JSON.treeToValue(golden.get("token_type_ids"), int[][].class))
        : Inputs.tokens(ids, mask);
  }

  private static double deviation(INDArray actual, float[][] expected) {
    assertThat(actual.shape()).containsExactly(expected.length, expected[0].length);
    double worst = 0;
    for (int row = 0; row < expected.length; row++) {
      for (int column = 0; column < expected[row].length; column++) {
        double difference = Math.abs(actual.getDouble(row, column) - expected[row][column]);
        worst = Double.isNaN(difference) ? Double.MAX_VALUE : Math.max(worst, difference);
      }
    }
    return worst;
  }
}
