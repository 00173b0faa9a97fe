package io.fourierft.importer;

import io.fourierft.importer.weights.ExpectedTensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** First values of parameters that a file lacks: a head for a new task. */
public final class FreshWeights {
  private static final double DEVIATION = 0.02;

  private FreshWeights() {}

  /**
   * Matrices from N(0, 0.02), transformers' {@code initializer_range}, and biases of zero.
   *
   * @param tensors names and shapes
   * @param seed of the generator; the same seed gives the same numbers on every machine
   * @return parameter name to array; the caller closes them
   */
  public static Map<String, INDArray> normal(List<ExpectedTensor> tensors, long seed) {
    Random random = new Random(seed);
    Map<String, INDArray> values = new LinkedHashMap<>();
    for (ExpectedTensor tensor : tensors) {
      long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
      long length = 1;
      for (long size : shape) {
        length = Math.multiplyExact(length, size);
      }
      float[] numbers = new float[Math.toIntExact(length)];
      if (shape.length > 1) {
        for (int i = 0; i < numbers.length; i++) {
          numbers[i] = (float) (DEVIATION * random.nextGaussian());
        }
      }
      values.put(tensor.name(), Nd4j.create(numbers, shape, 'c'));
    }
    return values;
  }
}
