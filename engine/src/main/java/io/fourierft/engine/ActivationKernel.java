package io.fourierft.engine;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Element-wise non-linearities. The forward pass keeps the derivative, not the input: the backward
 * pass is then one product.
 */
final class ActivationKernel {
  private ActivationKernel() {}

  static Node forward(Step step, Node x, Activation activation) {
    if (!step.differentiable(x)) {
      return step.node(inPlace(step, x, activation), false);
    }
    INDArray y = step.arena.take(x.value().shape());
    INDArray slope = step.arena.take(x.value().shape()); // d y / d x
    step.passes.activate(activation, x.value(), y, slope);
    x.release();
    Node result = step.node(y, true);
    step.record(
        result,
        () -> {
          Elementwise.multiply(slope, result.gradient(), slope);
          x.contribute(slope);
        });
    return result;
  }

  private static INDArray inPlace(Step step, Node x, Activation activation) {
    INDArray from = x.value();
    INDArray y = x.makeRoom();
    if (y != from) {
      y.assign(from);
    }
    step.passes.activate(activation, y);
    return y;
  }
}
