package io.fourierft.samples.figure7;

import io.fourierft.engine.Activation;
import io.fourierft.engine.Linear;
import io.fourierft.engine.Network;
import io.fourierft.engine.Ops;
import io.fourierft.engine.Parameters;
import io.fourierft.engine.Patches;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * {@code points [n, 2] -> 64 -> 64 -> 8}, with ReLU between. All weights are random, as PyTorch
 * starts linear layers, and stay as they are; the 64 x 64 layer is the one that is adapted.
 */
final class Perceptron implements Network {
  static final int WIDTH = 64;
  static final Linear HIDDEN = Linear.of("hidden", WIDTH, WIDTH);

  private static final Patches INPUT = new Patches("input", 2, 1, 1, 1);
  private static final Linear OUTPUT = Linear.of("output", WIDTH, Clusters.CLASSES);

  @Override
  public <T> T forward(Ops<T> ops) {
    T x = ops.activation(ops.patchEmbedding(INPUT), Activation.RELU); // [points, 64]
    x = ops.activation(ops.linear(x, HIDDEN), Activation.RELU); // [points, 64]
    return ops.linear(x, OUTPUT); // [points, 8]
  }

  static Parameters parameters(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, INDArray> values = new LinkedHashMap<>();
    put(values, random, 2, "input.weight", WIDTH, 2, 1, 1);
    put(values, random, 2, "input.bias", WIDTH);
    put(values, random, WIDTH, HIDDEN.weight(), WIDTH, WIDTH);
    put(values, random, WIDTH, HIDDEN.biasName(), WIDTH);
    put(values, random, WIDTH, OUTPUT.weight(), Clusters.CLASSES, WIDTH);
    put(values, random, WIDTH, OUTPUT.biasName(), Clusters.CLASSES);
    return Parameters.of(values);
  }

  /** Uniform in plus or minus {@code 1 / sqrt(inputs)}. */
  private static void put(
      Map<String, INDArray> values,
      SplittableRandom random,
      int inputs,
      String name,
      long... shape) {
    double bound = 1 / Math.sqrt(inputs);
    INDArray value = Nd4j.create(DataType.FLOAT, shape);
    for (long i = 0; i < value.length(); i++) {
      value.putScalar(i, random.nextDouble(-bound, bound));
    }
    values.put(name, value);
  }
}
