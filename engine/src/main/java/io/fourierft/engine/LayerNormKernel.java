package io.fourierft.engine;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * {@code y = xh * w + b} with {@code xh = (x - mean) r}, {@code r = 1 / sqrt(var + eps)} over each
 * row. Backward, with {@code g = dy * w}: {@code dx = r (g - mean(g) - xh mean(g xh))}.
 */
final class LayerNormKernel {
  private LayerNormKernel() {}

  static Node forward(Step step, Node x, String module, double eps) {
    String weightName = module + ".weight";
    String biasName = module + ".bias";
    long rows = x.value().size(0);
    long width = x.value().size(1);
    Arena arena = step.arena;
    boolean learns = step.learns(weightName) || step.learns(biasName);
    boolean differentiable = learns || step.differentiable(x);

    INDArray mean = arena.take(rows, 1);
    INDArray scale = arena.take(rows, 1);
    INDArray normal = arena.take(rows, width); // xh, [rows, width]
    INDArray y = arena.take(rows, width);
    Elementwise.meanRows(x.value(), mean);
    Elementwise.subtract(x.value(), mean, normal);
    x.release();
    Elementwise.multiply(normal, normal, y); // y holds the squares for a moment
    Elementwise.meanRows(y, scale);
    scale.addi(eps);
    Transforms.sqrt(scale, false);
    scale.rdivi(1);
    Elementwise.multiply(normal, scale, normal);
    Elementwise.multiply(normal, step.parameters.value(weightName), y);
    Elementwise.addRow(y, step.parameters.value(biasName));
    arena.give(mean);

    Node result = step.node(y, differentiable);
    if (differentiable) {
      step.record(result, () -> backward(step, x, weightName, biasName, normal, scale, result));
    } else {
      arena.give(normal);
      arena.give(scale);
    }
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
    INDArray product = arena.take(dy.shape()); // [rows, width]
    if (step.learns(weightName)) {
      Elementwise.multiply(dy, normal, product);
      Elementwise.addColumnSums(product, step.parameters.gradient(weightName).orElseThrow(), arena);
    }
    if (step.learns(biasName)) {
      Elementwise.addColumnSums(dy, step.parameters.gradient(biasName).orElseThrow(), arena);
    }
    if (x.differentiable) {
      INDArray g = arena.take(dy.shape()); // [rows, width]
      INDArray mean = arena.take(dy.size(0), 1);
      Elementwise.multiply(dy, step.parameters.value(weightName), g);
      Elementwise.multiply(g, normal, product);
      Elementwise.meanRows(g, mean);
      Elementwise.subtract(g, mean, g);
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
