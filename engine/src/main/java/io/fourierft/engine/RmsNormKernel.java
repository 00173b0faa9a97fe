package io.fourierft.engine;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * {@code y = xh w}, {@code xh = x r}, {@code r = 1 / sqrt(mean(x^2) + eps)} over each row.
 * Backward, with {@code g = dy w}: {@code dx = r (g - xh mean(g xh))}.
 */
final class RmsNormKernel {
  private RmsNormKernel() {}

  static Node forward(Step step, Node x, String module, double eps) {
    String name = module + ".weight";
    long rows = x.value().size(0);
    long width = x.value().size(1);
    Arena arena = step.arena;
    INDArray scale = arena.take(rows, 1);
    INDArray normal = arena.take(rows, width); // xh, [rows, width]
    INDArray y = arena.take(rows, width);
    step.passes.rmsNorm(x.value(), step.parameters.value(name), eps, normal, scale, y);
    x.release();
    Node result = step.node(y, step.learns(name) || step.differentiable(x));
    if (result.differentiable) {
      step.record(result, () -> backward(step, x, name, normal, scale, result));
    } else {
      arena.give(normal);
      arena.give(scale);
    }
    return result;
  }

  private static void backward(
      Step step, Node x, String name, INDArray normal, INDArray scale, Node result) {
    Arena arena = step.arena;
    INDArray dy = result.gradient(); // [rows, width]
    if (step.learns(name)) {
      INDArray product = arena.take(dy.shape()); // [rows, width]
      Elementwise.multiply(dy, normal, product);
      Elementwise.addColumnSums(product, step.parameters.gradient(name).orElseThrow(), arena);
      arena.give(product);
    }
    if (x.differentiable) {
      INDArray dx = arena.take(dy.shape()); // [rows, width]
      step.passes.rmsNormBackward(dy, step.parameters.value(name), normal, scale, dx);
      x.contribute(dx);
    }
    arena.give(normal);
    arena.give(scale);
  }
}
