package io.fourierft.engine;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * {@code y = xh * w + b} with {@code xh = (x - mean) r}, {@code r = 1 / sqrt(var + eps)} over each
 * row. Backward, with {@code g = dy * w}: {@code dx = r (g - mean(g) - xh mean(g xh))}.
 */
final class LayerNormKernel {
  private LayerNormKernel() {}

  static Node forward(Step step, Node x, String module, double eps) {
    String weightName = module + ".weight";
    String biasName = module + ".bias";
    INDArray gain = step.parameters.value(weightName);
    INDArray bias = step.parameters.value(biasName);
    boolean learns = step.learns(weightName) || step.learns(biasName);
    if (!learns && !step.differentiable(x)) {
      INDArray from = x.value();
      INDArray y = x.makeRoom();
      step.passes.layerNorm(from, gain, bias, eps, y);
      return step.node(y, false);
    }
    Arena arena = step.arena;
    INDArray scale = arena.take(x.value().size(0), 1);
    INDArray normal = arena.take(x.value().shape()); // xh, [rows, width]
    INDArray y = arena.take(x.value().shape());
    step.passes.layerNorm(x.value(), gain, bias, eps, normal, scale, y);
    x.release();
    Node result = step.node(y, true);
    step.record(result, () -> backward(step, x, weightName, biasName, normal, scale, result));
    return result;
  }

  private static void backward(
      Step step,
      Node x,
      String weightName,
      String biasName,
      INDArray normal,
      INDArray scale,
      Node result) {
    Arena arena = step.arena;
    INDArray dy = result.gradient(); // [rows, width]
    if (step.learns(weightName)) {
      INDArray product = arena.take(dy.shape()); // [rows, width]
      Elementwise.multiply(dy, normal, product);
      Elementwise.addColumnSums(product, step.parameters.gradient(weightName).orElseThrow(), arena);
      arena.give(product);
    }
    if (step.learns(biasName)) {
      Elementwise.addColumnSums(dy, step.parameters.gradient(biasName).orElseThrow(), arena);
    }
    if (x.differentiable) {
      INDArray dx = arena.take(dy.shape()); // [rows, width]
      step.passes.layerNormBackward(dy, step.parameters.value(weightName), normal, scale, dx);
      x.contribute(dx);
    }
    arena.give(normal);
    arena.give(scale);
  }
}
