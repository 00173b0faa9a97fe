package io.fourierft.engine;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * {@code y = x W^T + b}. Backward: {@code dx = dy W}; {@code dW = dy^T x} and {@code db = sum dy}
 * only where the parameter learns.
 */
final class LinearKernel {
  private LinearKernel() {}

  static Node forward(Step step, Node x, Linear linear) {
    LinearWeight weight = step.parameters.linear(linear);
    INDArray y = step.arena.take(x.value().size(0), linear.out()); // [rows, out]
    weight.multiply(linear, x.value(), y);
    if (linear.bias()) {
      step.passes.addRow(y, step.parameters.value(linear.biasName()));
    }
    boolean learns = step.training() && weight.trainable();
    boolean biasLearns = linear.bias() && step.learns(linear.biasName());
    Node result = step.node(y, learns || biasLearns || step.differentiable(x));
    if (result.differentiable) {
      if (learns) {
        x.retain();
      }
      step.record(result, () -> backward(step, x, linear, weight, learns, biasLearns, result));
    }
    x.release();
    return result;
  }

  private static void backward(
      Step step,
      Node x,
      Linear linear,
      LinearWeight weight,
      boolean learns,
      boolean biasLearns,
      Node result) {
    INDArray dy = result.gradient(); // [rows, out]
    if (x.differentiable) {
      boolean adds = x.reached();
      INDArray dx = x.gradientLike(dy.size(0), linear.in()); // [rows, in]
      weight.multiplyBack(linear, dy, dx, adds);
    }
    if (learns) {
      weight.accumulate(x.value(), dy, step.arena);
      x.release();
    }
    if (biasLearns) {
      INDArray db = step.parameters.gradient(linear.biasName()).orElseThrow(); // [out]
      Elementwise.addColumnSums(dy, db, step.arena);
    }
  }
}
