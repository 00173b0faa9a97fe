package io.fourierft.graph;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A graph as a user may write it, with a weight of every kind: a product, a product with a turned
 * weight, a product with bias, a table and a convolution, and a head.
 */
record SampleGraph(SameDiff graph, DataType type, long seed) {
  private static final int BATCH = 5;

  static SampleGraph of(DataType type, long seed) {
    SampleGraph sample = new SampleGraph(SameDiff.create(), type, seed);
    sample.build();
    return sample;
  }

  static SampleGraph around(SameDiff graph, DataType type, long seed) {
    return new SampleGraph(graph, type, seed);
  }

  private void build() {
    SplittableRandom random = new SplittableRandom(seed);
    SDVariable ids = graph.placeHolder("ids", DataType.INT32, -1);
    SDVariable image = graph.placeHolder("image", type, -1, 2, 5, 5);
    SDVariable rows = graph.gather(constant(random, "words", 11, 6), ids, 0); // [batch, 6]
    SDVariable one = graph.math().tanh(rows.mmul(variable(random, "first.weight", 6, 7)));
    SDVariable two =
        graph.mmul(one, variable(random, "second/W", 5, 7), false, true, false); // [batch, 5]
    SDVariable three =
        graph.nn().linear(two, variable(random, "third", 5, 4), variable(random, "third_b", 4));
    Conv2DConfig config =
        Conv2DConfig.builder().kH(2).kW(2).sH(1).sW(1).dH(1).dW(1).dataFormat("NCHW").build();
    SDVariable pixels = graph.cnn().conv2d(image, variable(random, "kernel", 2, 2, 2, 3), config);
    SDVariable seen = graph.nn().tanh(pixels).mean(2, 3).sum(true, 1); // [batch, 1]
    SDVariable features = graph.math().tanh(three).add(seen);
    SDVariable logits =
        features
            .mmul(variable(random, "head.weight", 4, 3))
            .add("logits", variable(random, "head.bias", 3));
    SDVariable labels = graph.placeHolder("labels", type, -1, 3);
    SDVariable difference = logits.sub(labels);
    difference.mul(difference).mean("loss");
    graph.setLossVariables("loss");
  }

  private SDVariable variable(SplittableRandom random, String name, long... shape) {
    return graph.var(name, values(random, shape));
  }

  private SDVariable constant(SplittableRandom random, String name, long... shape) {
    return graph.constant(name, values(random, shape));
  }

  private INDArray values(SplittableRandom random, long... shape) {
    int length = 1;
    for (long side : shape) {
      length *= (int) side;
    }
    return Nd4j.createFromArray(random.doubles(length, -0.7, 0.7).toArray())
        .castTo(type)
        .reshape(shape);
  }

  Map<String, INDArray> inputs() {
    SplittableRandom random = new SplittableRandom(seed + 1);
    int[] ids = new int[BATCH];
    for (int i = 0; i < BATCH; i++) {
      ids[i] = random.nextInt(11);
    }
    Map<String, INDArray> inputs = new LinkedHashMap<>();
    inputs.put("ids", Nd4j.createFromArray(ids));
    inputs.put("image", values(random, BATCH, 2, 5, 5));
    inputs.put("labels", values(random, BATCH, 3));
    return inputs;
  }

  INDArray output() {
    return graph.outputSingle(inputs(), "logits");
  }

  double loss() {
    return graph.outputSingle(inputs(), "loss").getDouble(0);
  }

  void add(String variable, INDArray change) {
    graph.getVariable(variable).getArr().addi(change);
  }
}
