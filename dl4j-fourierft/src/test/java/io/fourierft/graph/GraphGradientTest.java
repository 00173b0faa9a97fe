package io.fourierft.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fourierft.Adapted;
import io.fourierft.FourierFt;
import io.fourierft.FourierOptions;
import io.fourierft.TargetModules;
import io.fourierft.adapter.BiasMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class GraphGradientTest {
  private static final long SEED = Long.getLong("test.seed", System.nanoTime());
  private static final double STEP = 1e-5;

  @Test
  void gradientsOverEveryKindOfWeightAgreeWithCentralDifferences() {
    SampleGraph sample = SampleGraph.of(DataType.DOUBLE, SEED);
    FourierOptions options =
        FourierOptions.of(TargetModules.of("first", "second", "third", "kernel", "words"))
            .withNFrequency(8)
            .withScaling(20)
            .withGaussianStart(SEED)
            .withModulesToSave("head")
            .withBias(BiasMode.ALL);
    try (AdaptedGraph adapted = FourierFt.attach(sample.graph(), options)) {
      List<String> variables = new ArrayList<>(List.of("head.weight", "head.bias", "third_b"));
      adapted.modules().forEach(module -> variables.add(spectrum(module)));
      check(sample.graph(), sample.inputs(), variables, "sample");
    }
  }

  private static String spectrum(String module) {
    return AdaptedGraph.spectrum(module, Adapted.DEFAULT);
  }

  @Test
  void gradientsOfRandomGraphsAgreeWithCentralDifferences() {
    System.out.println("GraphGradientTest seed " + SEED);
    SplittableRandom random = new SplittableRandom(SEED);
    int[] sides = {1, 2, 3, 5, 7, 8, 11, 13, 16};
    for (int round = 0; round < 25; round++) {
      int in = sides[random.nextInt(sides.length)];
      int hidden = sides[random.nextInt(sides.length)];
      int out = sides[random.nextInt(sides.length)];
      boolean turned = random.nextBoolean();
      boolean left = random.nextBoolean();
      SameDiff graph = graph(random, in, hidden, out, turned, left);
      int n = 1 + random.nextInt(Math.min(12, Math.min(in * hidden, hidden * out)));
      FourierOptions options =
          FourierOptions.of(TargetModules.of("one", "two"))
              .withNFrequency(n)
              .withScaling(in * hidden)
              .withGaussianStart(random.nextLong());
      Map<String, INDArray> inputs = Map.of("x", values(random, 4, in));
      String where =
          String.format(
              "seed %d, round %d: %d, %d, %d, n %d, %s, %s",
              SEED, round, in, hidden, out, n, turned, left);
      try (AdaptedGraph adapted = FourierFt.attach(graph, options)) {
        assertThat(adapted.modules()).hasSize(2);
        check(graph, inputs, List.of(spectrum("one"), spectrum("two")), where);
      }
    }
  }

  private static SameDiff graph(
      SplittableRandom random, int in, int hidden, int out, boolean turned, boolean left) {
    SameDiff graph = SameDiff.create();
    SDVariable x = graph.placeHolder("x", DataType.DOUBLE, 4, in);
    SDVariable one =
        turned
            ? graph.mmul(x, graph.var("one", values(random, hidden, in)), false, true, false)
            : x.mmul(graph.constant("one", values(random, in, hidden)));
    SDVariable h = graph.math().tanh(one); // [4, hidden]
    SDVariable two = graph.var("two", values(random, out, hidden));
    SDVariable y =
        left
            ? graph.mmul(two, h, false, true, false) // [out, 4]
            : h.mmul(graph.transpose(two)); // [4, out]
    graph.math().square(graph.math().tanh(y)).sum("loss");
    graph.setLossVariables("loss");
    return graph;
  }

  private static INDArray values(SplittableRandom random, int rows, int cols) {
    return Nd4j.createFromArray(random.doubles((long) rows * cols, -1, 1).toArray())
        .reshape(rows, cols);
  }

  private static void check(
      SameDiff graph, Map<String, INDArray> inputs, List<String> variables, String where) {
    Map<String, INDArray> gradients = graph.calculateGradients(inputs, variables);
    for (String name : variables) {
      INDArray values = graph.getVariable(name).getArr().reshape(-1);
      double[] found = gradients.get(name).reshape(-1).toDoubleVector();
      for (int i = 0; i < found.length; i++) {
        double kept = values.getDouble(i);
        double above = loss(graph, inputs, values, i, kept + STEP);
        double below = loss(graph, inputs, values, i, kept - STEP);
        values.putScalar(i, kept);
        double expected = (above - below) / (2 * STEP);
        assertThat(found[i])
            .as("%s[%d] (%s)", name, i, where)
            .isCloseTo(expected, within(1e-6 * Math.max(1, Math.abs(expected))));
      }
    }
  }

  private static double loss(
      SameDiff graph, Map<String, INDArray> inputs, INDArray values, int index, double value) {
    values.putScalar(index, value);
    return graph.outputSingle(inputs, "loss").getDouble(0);
  }
}
