package io.fourierft.engine;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A small encoder or decoder over every primitive, with random parameters. */
record TinyTransformer(
    int heads,
    int groups,
    int headSize,
    boolean causal,
    Activation activation,
    Pooling pooling,
    Positions positions)
    implements Network {
  static final int VOCABULARY = 13;
  static final int INNER = 10;
  static final int CLASSES = 3;
  static final int LAYERS = 3;

  int width() {
    return heads * headSize;
  }

  @Override
  public <T> T forward(Ops<T> ops) {
    T x = ops.add(ops.tokenEmbedding("words"), ops.positionEmbedding("positions", positions));
    x = ops.layerNorm(ops.add(x, ops.tokenTypeEmbedding("types")), "embedding.norm", 1e-5);
    for (int layer = 0; layer < LAYERS; layer++) {
      String name = "layer." + layer + ".";
      x = ops.block(x, input -> layer(ops, input, name));
    }
    T pooled = ops.pool(x, pooling);
    return ops.linear(
        ops.activation(pooled, Activation.TANH), Linear.of("classifier", width(), CLASSES));
  }

  private <T> T layer(Ops<T> ops, T input, String name) {
    T x = input;
    Attention attention = new Attention(heads, groups, headSize, 1 / Math.sqrt(headSize), causal);
    T q = ops.linear(x, Linear.of(name + "query", width(), width()));
    T k = ops.linear(x, Linear.of(name + "key", width(), groups * headSize));
    T v =
        ops.linear(
            x, new Linear(name + "value", width(), groups * headSize, false, Linear.Layout.IN_OUT));
    if (causal) {
      Rotary rotary = new Rotary(headSize, frequencies(), 1.1, positions);
      q = ops.rotary(q, rotary);
      k = ops.rotary(k, rotary);
    }
    T context = ops.attention(q, k, v, attention);
    x = ops.linear(context, Linear.of(name + "out", width(), width()), x);
    x = ops.layerNorm(x, name + "norm1", 1e-5);
    if (causal) {
      x = ops.rmsNorm(x, name + "norm2", 1e-6);
    }
    T up = ops.linear(x, Linear.of(name + "up", width(), INNER));
    T inner = ops.activation(up, activation);
    if (causal) {
      T gate = ops.linear(x, Linear.of(name + "gate", width(), 2 * INNER));
      inner = ops.multiply(inner, ops.columns(gate, INNER / 2, INNER / 2 + INNER));
    }
    Linear down = Linear.of(name + "down", INNER, width());
    return causal
        ? ops.linear(inner, down, x)
        : ops.layerNorm(ops.add(ops.linear(inner, down), x), name + "norm2", 1e-5);
  }

  private double[] frequencies() {
    double[] frequencies = new double[headSize / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = Math.pow(100, -2.0 * i / headSize);
    }
    return frequencies;
  }

  Parameters parameters(DataType type, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, INDArray> values = new LinkedHashMap<>();
    put(values, type, random, 0, "words.weight", VOCABULARY, width());
    put(values, type, random, 0, "positions.weight", 24, width());
    put(values, type, random, 0, "types.weight", 2, width());
    norm(values, type, random, "embedding.norm");
    for (int layer = 0; layer < LAYERS; layer++) {
      String name = "layer." + layer + ".";
      put(values, type, random, 0, name + "query.weight", width(), width());
      put(values, type, random, 0, name + "query.bias", width());
      put(values, type, random, 0, name + "key.weight", groups * headSize, width());
      put(values, type, random, 0, name + "key.bias", groups * headSize);
      put(values, type, random, 0, name + "value.weight", width(), groups * headSize);
      put(values, type, random, 0, name + "out.weight", width(), width());
      put(values, type, random, 0, name + "out.bias", width());
      norm(values, type, random, name + "norm1");
      put(values, type, random, 0, name + "up.weight", INNER, width());
      put(values, type, random, 0, name + "up.bias", INNER);
      if (causal) {
        put(values, type, random, 0, name + "gate.weight", 2 * INNER, width());
        put(values, type, random, 0, name + "gate.bias", 2 * INNER);
      }
      put(values, type, random, 0, name + "down.weight", width(), INNER);
      put(values, type, random, 0, name + "down.bias", width());
      norm(values, type, random, name + "norm2");
    }
    put(values, type, random, 0, "classifier.weight", CLASSES, width());
    put(values, type, random, 0, "classifier.bias", CLASSES);
    return Parameters.of(values);
  }

  private void norm(
      Map<String, INDArray> values, DataType type, SplittableRandom random, String name) {
    put(values, type, random, 1, name + ".weight", width());
    put(values, type, random, 0, name + ".bias", width());
  }

  private static void put(
      Map<String, INDArray> values,
      DataType type,
      SplittableRandom random,
      double mean,
      String name,
      long... shape) {
    long length = 1;
    for (long dimension : shape) {
      length *= dimension;
    }
    double[] data = random.doubles(length, mean - 0.7, mean + 0.7).toArray();
    values.put(name, Nd4j.createFromArray(data).castTo(type).reshape(shape));
  }

  static Inputs inputs(SplittableRandom random, int batch, int sequence, boolean left) {
    int[][] ids = new int[batch][sequence];
    int[][] mask = new int[batch][sequence];
    int[][] types = new int[batch][sequence];
    for (int b = 0; b < batch; b++) {
      int length = b == 0 ? sequence : 1 + random.nextInt(sequence);
      for (int i = 0; i < sequence; i++) {
        boolean real = left ? i >= sequence - length : i < length;
        ids[b][i] = real ? 2 + random.nextInt(VOCABULARY - 2) : 1;
        mask[b][i] = real ? 1 : 0;
        types[b][i] = random.nextInt(2);
      }
    }
    return Inputs.tokens(ids, mask, types);
  }
}
