package io.fourierft.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class DirectModelTest {
  private static final long SEED = Long.getLong("test.seed", 20261124);

  /** Sum of squares of the output, halved: its gradient is the output. */
  private static final Loss HALF_SQUARE =
      (output, gradient) -> {
        gradient.assign(output);
        return output.mul(output).sumNumber().doubleValue() / 2;
      };

  static List<TinyTransformer> networks() {
    List<TinyTransformer> all = new ArrayList<>();
    for (Activation activation : Activation.values()) {
      all.add(
          new TinyTransformer(
              2, 2, 3, false, activation, Pooling.MEAN, new Positions.Sequential(0)));
    }
    all.add(
        new TinyTransformer(4, 2, 4, true, Activation.GELU, Pooling.LAST, new Positions.Masked()));
    all.add(
        new TinyTransformer(
            4, 1, 2, true, Activation.SILU, Pooling.LAST, new Positions.Sequential(2)));
    all.add(
        new TinyTransformer(
            3, 3, 4, false, Activation.GELU, Pooling.FIRST, new Positions.AfterPadding(1)));
    return all;
  }

  @ParameterizedTest
  @MethodSource("networks")
  void gradientsOfEveryParameterAgreeWithCentralDifferences(TinyTransformer network) {
    SplittableRandom random = new SplittableRandom(SEED);
    Inputs inputs = TinyTransformer.inputs(random, 3, 5, network.causal());
    try (Parameters parameters = network.parameters(DataType.DOUBLE, SEED);
        DirectModel model = DirectModel.of(network, parameters)) {
      assertGradients(model, parameters, inputs, random);
    }
  }

  private static void assertGradients(
      DirectModel model, Parameters parameters, Inputs inputs, SplittableRandom random) {
    List.copyOf(parameters.names()).forEach(parameters::train);
    double loss = model.backward(inputs, HALF_SQUARE);
    assertThat(loss).isEqualTo(lossOf(model, inputs));
    for (String name : parameters.names()) {
      INDArray value = parameters.value(name).reshape(-1);
      INDArray gradient = parameters.gradient(name).orElseThrow().reshape(-1);
      for (int i = 0; i < Math.min(value.length(), 4); i++) {
        long at = random.nextLong(value.length());
        double expected = difference(model, inputs, value, at);
        assertThat(gradient.getDouble(at))
            .as("%s[%d], seed %d", name, at, SEED)
            .isCloseTo(expected, within(1e-6 * Math.max(1, Math.abs(expected))));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void theDirectModelAndTheGraphComputeTheSame(TinyTransformer network) {
    SplittableRandom random = new SplittableRandom(SEED);
    try (Parameters parameters = network.parameters(DataType.FLOAT, SEED);
        DirectModel model = DirectModel.of(network, parameters)) {
      SameDiff graph = SameDiffModel.graph(network, parameters);
      for (int sequence : new int[] {5, 9, 2, 5}) {
        Inputs inputs = TinyTransformer.inputs(random, 4, sequence, network.causal());
        Map<String, INDArray> placeholders = SameDiffModel.placeholders(graph, inputs);
        INDArray expected = graph.outputSingle(placeholders, SameDiffModel.OUTPUT);
        INDArray found = model.forward(inputs);
        assertThat(found.shape()).isEqualTo(expected.shape());
        double largest = Math.max(1, expected.amaxNumber().doubleValue());
        assertThat(found.sub(expected).amaxNumber().doubleValue()).isLessThan(1e-5 * largest);
      }
    }
  }

  static List<TinyVision> visions() {
    return List.of(TinyVision.square(), TinyVision.oblong());
  }

  @ParameterizedTest
  @MethodSource("visions")
  void imagesGiveTheSameGradientsAsCentralDifferencesAndTheSameOutputsAsTheGraph(
      TinyVision network) {
    SplittableRandom random = new SplittableRandom(SEED);
    Inputs inputs = network.inputs(random, 3);
    try (Parameters parameters = network.parameters(DataType.DOUBLE, SEED);
        DirectModel model = DirectModel.of(network, parameters)) {
      assertGradients(model, parameters, inputs, random);
    }
    try (Parameters parameters = network.parameters(DataType.FLOAT, SEED);
        DirectModel model = DirectModel.of(network, parameters)) {
      SameDiff graph = SameDiffModel.graph(network, parameters);
      INDArray expected =
          graph.outputSingle(SameDiffModel.placeholders(graph, inputs), SameDiffModel.OUTPUT);
      assertThat(model.forward(inputs).sub(expected).amaxNumber().doubleValue()).isLessThan(1e-5);
    }
  }

  @ParameterizedTest
  @MethodSource("decoders")
  void tokenByTokenThroughTheCacheGivesWhatTheWholeSequenceGives(TinyTransformer network) {
    SplittableRandom random = new SplittableRandom(SEED);
    int sequence = 9;
    int[][] ids = new int[3][sequence];
    int[][] mask = new int[3][sequence];
    for (int b = 0; b < 3; b++) {
      for (int i = 0; i < sequence; i++) {
        ids[b][i] = random.nextInt(TinyTransformer.VOCABULARY);
        mask[b][i] = i >= b ? 1 : 0; // left padding
      }
    }
    try (Parameters parameters = network.parameters(DataType.FLOAT, SEED);
        DirectModel model = DirectModel.of(network, parameters);
        KeyValueCache cache = KeyValueCache.of(sequence)) {
      INDArray whole = model.forward(Inputs.tokens(ids, mask)).dup();
      int first = 4;
      model.forward(Inputs.tokens(columns(ids, 0, first), columns(mask, 0, first)), cache);
      INDArray last = whole;
      for (int i = first; i < sequence; i++) {
        int[][] next = columns(ids, i, i + 1);
        last = model.forward(Inputs.continuing(next, columns(mask, 0, i + 1)), cache);
      }
      assertThat(last.sub(whole).amaxNumber().doubleValue()).isLessThan(1e-5);
      assertThatThrownBy(
              () -> model.forward(Inputs.continuing(new int[3][1], new int[3][sequence]), cache))
          .hasMessageContaining("attention_mask expected 10 columns");
    }
  }

  private static int[][] columns(int[][] rows, int from, int to) {
    return Arrays.stream(rows).map(row -> Arrays.copyOfRange(row, from, to)).toArray(int[][]::new);
  }

  static List<TinyTransformer> decoders() {
    return networks().stream().filter(TinyTransformer::causal).toList();
  }

  @Test
  void everyUseOfAnEmbeddingCountsInItsGradient() {
    int tokens = 8192;
    int width = 64;
    Network lookup =
        new Network() {
          @Override
          public <T> T forward(Ops<T> ops) {
            return ops.tokenEmbedding("words");
          }
        };
    Inputs inputs = Inputs.tokens(new int[1][tokens], new int[1][tokens]);
    Loss sum =
        (output, gradient) -> {
          gradient.assign(1);
          return 0;
        };
    try (Parameters parameters =
            Parameters.of(Map.of("words.weight", Nd4j.zeros(DataType.FLOAT, 3, width)));
        DirectModel model = DirectModel.of(lookup, parameters)) {
      parameters.train("words.weight");
      for (int step = 1; step <= 60; step++) {
        model.backward(inputs, sum);
        INDArray gradient = parameters.gradient("words.weight").orElseThrow();
        assertThat(gradient.getRow(0).toFloatVector()).containsOnly(step * tokens);
      }
    }
  }

  @Test
  void gradientsAccumulateOverBatches() {
    TinyTransformer network = networks().get(0);
    SplittableRandom random = new SplittableRandom(SEED);
    Inputs first = TinyTransformer.inputs(random, 3, 5, false);
    Inputs second = TinyTransformer.inputs(random, 2, 8, false);
    try (Parameters parameters = network.parameters(DataType.DOUBLE, SEED);
        DirectModel model = DirectModel.of(network, parameters)) {
      INDArray gradient = parameters.train("layer.0.query.weight");
      model.backward(first, HALF_SQUARE);
      INDArray one = gradient.dup();
      gradient.assign(0);
      model.backward(second, HALF_SQUARE);
      INDArray two = gradient.dup();
      model.backward(first, HALF_SQUARE);
      assertThat(gradient.sub(one.add(two)).amaxNumber().doubleValue()).isLessThan(1e-12);
    }
  }

  @Test
  void buffersAreReusedWhateverTheLengthsOfTheBatches() {
    TinyTransformer network = networks().get(0);
    try (Parameters parameters = network.parameters(DataType.FLOAT, SEED)) {
      parameters.train("layer.0.query.weight");
      long longest = bytesAfter(network, parameters, 24);
      long mixed = bytesAfter(network, parameters, 3, 9, 24, 5, 17, 24, 2, 12, 20, 6, 24, 11);
      assertThat(mixed).isLessThanOrEqualTo(longest + longest / 4);
    }
  }

  private static long bytesAfter(TinyTransformer network, Parameters parameters, int... lengths) {
    SplittableRandom random = new SplittableRandom(SEED);
    try (DirectModel model = DirectModel.of(network, parameters)) {
      for (int length : lengths) {
        model.backward(TinyTransformer.inputs(random, 16, length, false), HALF_SQUARE);
      }
      return model.bufferBytes();
    }
  }

  @Test
  void aTokenIdOutOfRangeIsNamed() {
    TinyTransformer network = networks().get(0);
    try (Parameters parameters = network.parameters(DataType.FLOAT, SEED);
        DirectModel model = DirectModel.of(network, parameters)) {
      Inputs inputs = Inputs.tokens(new int[][] {{2, 13}}, new int[][] {{1, 1}});
      assertThatThrownBy(() -> model.forward(inputs))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("token id expected 0 to 12 but found 13 (token 1 of the batch, words)");
    }
  }

  private static double lossOf(DirectModel model, Inputs inputs) {
    INDArray output = model.forward(inputs);
    return output.mul(output).sumNumber().doubleValue() / 2;
  }

  private static double difference(DirectModel model, Inputs inputs, INDArray value, long at) {
    double step = 1e-5;
    double kept = value.getDouble(at);
    value.putScalar(at, kept + step);
    double above = lossOf(model, inputs);
    value.putScalar(at, kept - step);
    double below = lossOf(model, inputs);
    value.putScalar(at, kept);
    return (above - below) / (2 * step);
  }
}
