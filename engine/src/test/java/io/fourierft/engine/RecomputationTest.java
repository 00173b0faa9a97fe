package io.fourierft.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class RecomputationTest {
  private static final long SEED = Long.getLong("test.seed", 20261124);

  private static final Loss HALF_SQUARE =
      (output, gradient) -> {
        gradient.assign(output);
        return output.mul(output).sumNumber().doubleValue() / 2;
      };

  static List<TinyTransformer> networks() {
    return DirectModelTest.networks();
  }

  @ParameterizedTest
  @MethodSource("networks")
  void computingBlocksAgainGivesTheSameGradientsToTheBitInLessMemory(TinyTransformer network) {
    assertSame(network, name -> true, DataType.FLOAT);
    assertSame(network, name -> true, DataType.DOUBLE);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void whateverLearnsTheGradientsAreTheSame(TinyTransformer network) {
    List<String> parts =
        List.of("layer.1.query.weight", "layer.1.down", "layer.2", "layer.0.norm2", "classifier");
    for (String part : parts) {
      assertSame(network, name -> name.startsWith(part), DataType.FLOAT);
    }
    assertSame(network, name -> name.endsWith("bias"), DataType.FLOAT);
    assertSame(network, name -> name.contains("value"), DataType.FLOAT);
  }

  private static void assertSame(TinyTransformer network, Predicate<String> learns, DataType type) {
    SplittableRandom random = new SplittableRandom(SEED);
    Inputs inputs = TinyTransformer.inputs(random, 6, 12, network.causal());
    try (Parameters kept = network.parameters(type, SEED);
        Parameters recomputed = network.parameters(type, SEED);
        DirectModel model = DirectModel.of(network, kept);
        DirectModel small = DirectModel.of(network, recomputed, Activations.RECOMPUTE)) {
      List<String> names = kept.names().stream().filter(learns).toList();
      names.forEach(kept::train);
      names.forEach(recomputed::train);
      for (int step = 0; step < 2; step++) {
        assertThat(small.backward(inputs, HALF_SQUARE))
            .isEqualTo(model.backward(inputs, HALF_SQUARE));
      }
      for (String name : names) {
        assertThat(recomputed.gradient(name)).as(name).isEqualTo(kept.gradient(name));
      }
      if (names.size() == kept.names().size()) {
        assertThat(small.bufferBytes()).isLessThan(model.bufferBytes());
      }
    }
  }

  @Test
  void noProductIsComputedThatNobodyNeeds() {
    TinyTransformer network = DirectModelTest.networks().get(0);
    Map<String, String> calls = new TreeMap<>();
    try (Parameters parameters = network.parameters(DataType.FLOAT, SEED);
        DirectModel model = DirectModel.of(network, parameters, Activations.RECOMPUTE)) {
      for (String name : List.copyOf(parameters.names())) {
        if (name.startsWith("layer.") && parameters.value(name).rank() == 2) {
          String module = name.substring(0, name.length() - ".weight".length());
          boolean learns = module.equals("layer.1.query");
          parameters.replace(module, new Spy(parameters.value(name), module, learns, calls));
        }
      }
      model.backward(TinyTransformer.inputs(new SplittableRandom(SEED), 2, 4, false), HALF_SQUARE);
    }
    for (String module : List.of("query", "key", "value", "out", "up", "down")) {
      assertThat(calls.get("layer.0." + module)).as("below what learns").isEqualTo("forward");
      assertThat(calls.get("layer.2." + module)).as("kept").isEqualTo("forward back");
    }
    assertThat(calls.get("layer.1.query")).isEqualTo("forward again gradient");
    assertThat(calls.get("layer.1.key")).isEqualTo("forward again");
    assertThat(calls.get("layer.1.value")).isEqualTo("forward again");
    assertThat(calls.get("layer.1.out")).isEqualTo("forward again back");
    assertThat(calls.get("layer.1.up")).isEqualTo("forward again back");
    assertThat(calls.get("layer.1.down")).isEqualTo("forward back");
  }

  /** Writes down which of its products are asked for. */
  private record Spy(INDArray value, String module, boolean trainable, Map<String, String> calls)
      implements LinearWeight {

    private void note(String call) {
      calls.merge(module, call, (before, now) -> before + " " + now);
    }

    @Override
    public void multiply(Linear linear, INDArray x, INDArray y, boolean add) {
      note("forward");
      LinearWeight.super.multiply(linear, x, y, add);
    }

    @Override
    public void multiplyAgain(Linear linear, INDArray x, INDArray y, boolean add) {
      note("again");
      LinearWeight.super.multiply(linear, x, y, add);
    }

    @Override
    public void multiplyBack(Linear linear, INDArray dy, INDArray dx, boolean add) {
      note("back");
      LinearWeight.super.multiplyBack(linear, dy, dx, add);
    }

    @Override
    public void accumulate(INDArray x, INDArray dy, Arena arena) {
      note("gradient");
    }
  }
}
