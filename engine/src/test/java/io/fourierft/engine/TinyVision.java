package io.fourierft.engine;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The primitives of images: patches, class token, position table. */
record TinyVision(Patches patches) implements Network {
  private static final int WIDTH = 4;

  /** Square patches that fill the image. */
  static TinyVision square() {
    return new TinyVision(new Patches("patch", 2, 6, 4, 2));
  }

  /** Oblong patches that leave pixels over on two sides. */
  static TinyVision oblong() {
    return new TinyVision(new Patches("patch", 3, 7, 8, 2, 3));
  }

  @Override
  public <T> T forward(Ops<T> ops) {
    T x = ops.addTable(ops.prependToken(ops.patchEmbedding(patches), "cls"), "positions");
    T q = ops.linear(x, Linear.of("q", WIDTH, WIDTH));
    x = ops.add(ops.attention(q, x, x, Attention.bidirectional(2, 2)), x);
    return ops.add(ops.pool(x, Pooling.FIRST), ops.pool(x, Pooling.MEAN));
  }

  Parameters parameters(DataType type, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, INDArray> values = new LinkedHashMap<>();
    put(
        values,
        type,
        random,
        "patch.weight",
        WIDTH,
        patches.channels(),
        patches.patchHeight(),
        patches.patchWidth());
    put(values, type, random, "patch.bias", WIDTH);
    put(values, type, random, "cls", 1, 1, WIDTH);
    put(values, type, random, "positions", 1, 1 + patches.count(), WIDTH);
    put(values, type, random, "q.weight", WIDTH, WIDTH);
    put(values, type, random, "q.bias", WIDTH);
    return Parameters.of(values);
  }

  private static void put(
      Map<String, INDArray> values,
      DataType type,
      SplittableRandom random,
      String name,
      long... shape) {
    long length = 1;
    for (long dimension : shape) {
      length *= dimension;
    }
    double[] data = random.doubles(length, -0.7, 0.7).toArray();
    values.put(name, Nd4j.createFromArray(data).castTo(type).reshape(shape));
  }

  Inputs inputs(SplittableRandom random, int batch) {
    int image = patches.channels() * patches.height() * patches.width();
    float[] pixels = new float[batch * image];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextDouble(-1, 1);
    }
    return Inputs.images(pixels, batch, patches.channels(), patches.height(), patches.width());
  }
}
