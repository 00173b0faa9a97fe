package io.fourierft;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Weights that a change was written into, with what they were before. Adding and subtracting again
 * would not give the same bits, so the former weights are kept while merged, and a digest of each
 * merged weight tells whether someone else wrote to it since.
 */
public final class MergedWeights implements AutoCloseable {
  private static final int CHUNK = 1 << 20;

  private record Merged(String name, INDArray weight, INDArray former, byte[] digest) {}

  private final List<Merged> all = new ArrayList<>();

  private MergedWeights() {}

  /**
   * Adds a change to each weight, in place. No weight is written unless every sum is finite.
   *
   * @param weights the live weights by name
   * @param change gives the change of a weight by its name, in the weight's shape; it is closed
   *     here
   * @return what takes it back
   * @throws IllegalArgumentException if a sum is not finite
   */
  public static MergedWeights merge(
      Map<String, INDArray> weights, Function<String, INDArray> change) {
    MergedWeights merged = new MergedWeights();
    List<INDArray> sums = sums(weights, change);
    int i = 0;
    for (Map.Entry<String, INDArray> entry : weights.entrySet()) {
      INDArray sum = sums.get(i++);
      exchange(entry.getValue(), sum);
      merged.all.add(new Merged(entry.getKey(), entry.getValue(), sum, digest(entry.getValue())));
    }
    return merged;
  }

  /**
   * Adds a change to each weight for good: nothing is kept that could take it back. No weight is
   * written unless every sum is finite.
   *
   * @param weights the live weights by name
   * @param change gives the change of a weight by its name, in the weight's shape; it is closed
   *     here
   * @throws IllegalArgumentException if a sum is not finite
   */
  public static void add(Map<String, INDArray> weights, Function<String, INDArray> change) {
    List<INDArray> sums = sums(weights, change);
    int i = 0;
    for (INDArray weight : weights.values()) {
      try (INDArray sum = sums.get(i++)) {
        weight.assign(sum);
      }
    }
  }

  private static List<INDArray> sums(
      Map<String, INDArray> weights, Function<String, INDArray> change) {
    List<INDArray> sums = new ArrayList<>();
    try {
      weights.forEach((name, weight) -> sums.add(sum(name, weight, change)));
    } catch (RuntimeException e) {
      sums.forEach(INDArray::close);
      throw e;
    }
    return sums;
  }

  private static INDArray sum(String name, INDArray weight, Function<String, INDArray> change) {
    try (INDArray delta = change.apply(name)) {
      INDArray sum = weight.add(delta);
      double largest = sum.amaxNumber().doubleValue();
      if (!Double.isFinite(largest) || !Double.isFinite(sum.sumNumber().doubleValue())) {
        requireFinite(name, sum);
      }
      return sum;
    }
  }

  private static void requireFinite(String name, INDArray sum) {
    INDArray flat = sum.reshape(-1);
    for (long i = 0; i < flat.length(); i++) {
      double value = flat.getDouble(i);
      if (!Double.isFinite(value)) {
        sum.close();
        throw new IllegalArgumentException(
            "merged weight expected finite numbers but found "
                + value
                + " at position "
                + i
                + " ("
                + name
                + ")");
      }
    }
  }

  private static void exchange(INDArray a, INDArray b) {
    try (INDArray kept = a.dup()) {
      a.assign(b);
      b.assign(kept);
    }
  }

  /**
   * Puts the former weights back.
   *
   * @throws IllegalStateException if a weight is not what the merge made it; nothing is written
   */
  public void unmerge() {
    for (Merged merged : all) {
      if (!Arrays.equals(merged.digest(), digest(merged.weight()))) {
        throw new IllegalStateException(
            "weight expected as it was merged but found other numbers; unmerging would lose them ("
                + merged.name()
                + ")");
      }
    }
    all.forEach(merged -> merged.weight().assign(merged.former()));
    close();
  }

  /** Forgets the former weights: the change stays. */
  @Override
  public void close() {
    all.forEach(merged -> merged.former().close());
    all.clear();
  }

  /** SHA-256 of an array's numbers. */
  static byte[] digest(INDArray array) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    INDArray flat = array.reshape(array.ordering(), new long[] {array.length()});
    for (long from = 0; from < flat.length(); from += CHUNK) {
      long to = Math.min(flat.length(), from + CHUNK);
      try (INDArray chunk = flat.get(NDArrayIndex.interval(from, to)).dup()) {
        digest.update(bytes(chunk));
      }
    }
    return digest.digest();
  }

  private static ByteBuffer bytes(INDArray chunk) {
    if (chunk.dataType() == DataType.DOUBLE) {
      double[] values = chunk.toDoubleVector();
      ByteBuffer bytes = ByteBuffer.allocate(values.length * Double.BYTES);
      bytes.asDoubleBuffer().put(values);
      return bytes;
    }
    float[] values = chunk.toFloatVector();
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES);
    bytes.asFloatBuffer().put(values);
    return bytes;
  }
}
