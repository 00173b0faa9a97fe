package io.fourierft.engine;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

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
    Elementwise.multiply(x.value(), x.value(), y); // y holds the squares for a moment
    Elementwise.meanRows(y, scale);
    scale.addi(eps);
    Transforms.sqrt(scale, false);
    scale.rdivi(1);
    Elementwise.multiply(x.value(), scale, normal);
    Elementwise.multiply(normal, step.parameters.value(name), y);
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
    INDArray product = arena.take(dy.shape()); // [rows, width]
    if (step.learns(name)) {
      Elementwise.multiply(dy, normal, product);
      Elementwise.addColumnSums(product, step.parameters.gradient(name).orElseThrow(), arena);
    }
    if (x.differentiable) {
      INDArray g = arena.take(dy.shape()); // [rows, width]
      INDArray mean = arena.take(dy.size(0), 1);
      Elementwise.multiply(dy, step.parameters.value(name), g);
      Elementwise.multiply(g, normal, product);
      Elementwise.meanRows(product, mean);
      Elementwise.multiply(normal, mean, product);
      Elementwise.subtract(g, product, g);
      Elementwise.multiply(g, scale, g);
      arena.give(mean);
      x.contribute(g);
    }
    arena.give(product);
    arena.give(normal);
    arena.give(scale);
  }
}
