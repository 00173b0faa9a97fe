package io.fourierft;

import io.fourierft.engine.Activation;
import io.fourierft.engine.Attention;
import io.fourierft.engine.Inputs;
import io.fourierft.engine.Linear;
import io.fourierft.engine.Network;
import io.fourierft.engine.Ops;
import io.fourierft.engine.Parameters;
import io.fourierft.engine.Pooling;
import io.fourierft.engine.Positions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * BERT's encoder with mean pooling and a linear classifier, in a few lines, under its own names.
 */
public record TinyEncoder(int layers, int hidden, int heads, int inner, int vocabulary, int classes)
    implements Network {
  private static final double EPS = 1e-12;

  @Override
  public <T> T forward(Ops<T> ops) {
    String e = "embeddings.";
    T x =
        ops.add(
            ops.tokenEmbedding(e + "word_embeddings"),
            ops.tokenTypeEmbedding(e + "token_type_embeddings"));
    x = ops.add(x, ops.positionEmbedding(e + "position_embeddings", new Positions.Sequential(0)));
    x = ops.layerNorm(x, e + "LayerNorm", EPS);
    for (int layer = 0; layer < layers; layer++) {
      int number = layer;
      x = ops.block(x, input -> layer(ops, input, number));
    }
    return ops.linear(ops.pool(x, Pooling.MEAN), Linear.of("classifier", hidden, classes));
  }

  private <T> T layer(Ops<T> ops, T x, int number) {
    List<Linear> l = layer(number);
    String path = path(number);
    Attention attention = Attention.bidirectional(heads, hidden / heads);
    T context =
        ops.attention(
            ops.linear(x, l.get(0)), ops.linear(x, l.get(1)), ops.linear(x, l.get(2)), attention);
    T middle =
        ops.layerNorm(
            ops.add(ops.linear(context, l.get(3)), x), path + "attention.output.LayerNorm", EPS);
    T wide = ops.activation(ops.linear(middle, l.get(4)), Activation.GELU);
    return ops.layerNorm(
        ops.add(ops.linear(wide, l.get(5)), middle), path + "output.LayerNorm", EPS);
  }

  private static String path(int layer) {
    return "encoder.layer." + layer + ".";
  }

  private List<Linear> layer(int layer) {
    String path = path(layer);
    return List.of(
        Linear.of(path + "attention.self.query", hidden, hidden),
        Linear.of(path + "attention.self.key", hidden, hidden),
        Linear.of(path + "attention.self.value", hidden, hidden),
        Linear.of(path + "attention.output.dense", hidden, hidden),
        Linear.of(path + "intermediate.dense", hidden, inner),
        Linear.of(path + "output.dense", inner, hidden));
  }

  public List<Linear> linears() {
    List<Linear> all = new ArrayList<>();
    for (int i = 0; i < layers; i++) {
      all.addAll(layer(i));
    }
    all.add(Linear.of("classifier", hidden, classes));
    return all;
  }

  public static List<String> head() {
    return List.of("classifier.weight", "classifier.bias");
  }

  public Parameters parameters(DataType type, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, INDArray> values = new LinkedHashMap<>();
    put(values, type, random, 0, "embeddings.word_embeddings.weight", vocabulary, hidden);
    put(values, type, random, 0, "embeddings.token_type_embeddings.weight", 2, hidden);
    put(values, type, random, 0, "embeddings.position_embeddings.weight", 40, hidden);
    norm(values, type, random, "embeddings.LayerNorm");
    for (Linear linear : linears()) {
      put(values, type, random, 0, linear.weight(), linear.out(), linear.in());
      put(values, type, random, 0, linear.biasName(), linear.out());
    }
    for (int i = 0; i < layers; i++) {
      norm(values, type, random, path(i) + "attention.output.LayerNorm");
      norm(values, type, random, path(i) + "output.LayerNorm");
    }
    return Parameters.of(values);
  }

  private void norm(
      Map<String, INDArray> values, DataType type, SplittableRandom random, String name) {
    put(values, type, random, 1, name + ".weight", hidden);
    put(values, type, random, 0, name + ".bias", hidden);
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
    double[] data = random.doubles(length, mean - 0.5, mean + 0.5).toArray();
    values.put(name, Nd4j.createFromArray(data).castTo(type).reshape(shape));
  }

  public Inputs inputs(SplittableRandom random, int batch, int sequence) {
    int[][] ids = new int[batch][sequence];
    int[][] mask = new int[batch][sequence];
    for (int b = 0; b < batch; b++) {
      int length = b == 0 ? sequence : 1 + random.nextInt(sequence);
      for (int i = 0; i < sequence; i++) {
        ids[b][i] = i < length ? random.nextInt(vocabulary) : 0;
        mask[b][i] = i < length ? 1 : 0;
      }
    }
    return Inputs.tokens(ids, mask);
  }
}
