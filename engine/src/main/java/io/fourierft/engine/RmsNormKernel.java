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
    INDArray gain = step.parameters.value(name);
    if (!step.learns(name) && !step.differentiable(x)) {
      INDArray from = x.value();
      INDArray y = x.makeRoom();
      step.passes.rmsNorm(from, gain, eps, y);
      return step.node(y, false);
    }
    Arena arena = step.arena;
    INDArray scale = arena.take(x.value().size(0), 1);
    INDArray normal = arena.take(x.value().shape()); // xh, [rows, width]
    INDArray y = arena.take(x.value().shape());
    step.passes.rmsNorm(x.value(), gain, eps, normal, scale, y);
    x.release();
    Node result = step.node(y, true);
    step.record(result, () -> backward(step, x, name, normal, scale, result));
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
