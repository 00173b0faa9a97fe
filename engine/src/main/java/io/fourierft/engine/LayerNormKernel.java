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
    boolean learns = step.learns(weightName) || step.learns(biasName);
    boolean differentiable = learns || step.differentiable(x);
    if (step.skips()) { // the block, now computed again, has kept what is needed
      Normal kept = step.takeKept();
      x.release();
      Node result = step.node(differentiable);
      step.record(result, () -> backward(step, x, weightName, biasName, kept, result));
      return result;
    }
    INDArray gain = step.parameters.value(weightName);
    INDArray bias = step.parameters.value(biasName);
    if (!differentiable && !step.keeps()) {
      INDArray from = x.value();
      INDArray y = x.makeRoom();
      step.passes.layerNorm(from, gain, bias, eps, y);
      return step.node(y, false);
    }
    Normal normal = Normal.take(step.arena, x.value().size(0), gain, bias);
    INDArray y = step.arena.take(x.value().shape());
    step.passes.layerNorm(x.value(), gain, bias, eps, normal.rows(), normal.scale(), y);
    x.release();
    if (step.keeps()) {
      step.keep(normal);
      return step.node(y, false);
    }
    Node result = step.node(y, true);
    step.record(result, () -> backward(step, x, weightName, biasName, normal, result));
    return result;
  }

  private static void backward(
      Step step, Node x, String weightName, String biasName, Normal normal, Node result) {
    Arena arena = step.arena;
    INDArray dy = result.gradient(); // [rows, width]
    if (step.learns(weightName)) {
      INDArray product = arena.take(dy.shape()); // [rows, width]
      Elementwise.multiply(dy, normal.rows(), product);
      Elementwise.addColumnSums(product, step.parameters.gradient(weightName).orElseThrow(), arena);
      arena.give(product);
    }
    if (step.learns(biasName)) {
      Elementwise.addColumnSums(dy, step.parameters.gradient(biasName).orElseThrow(), arena);
    }
    if (x.differentiable) {
      INDArray dx = arena.take(dy.shape()); // [rows, width]
      step.passes.layerNormBackward(dy, normal.gain(), normal.rows(), normal.scale(), dx);
      x.contribute(dx);
    }
    normal.giveTo(arena);
  }
}
