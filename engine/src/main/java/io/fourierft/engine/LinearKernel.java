package io.fourierft.engine;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * {@code y = r + x W^T + b}, with or without r and b. They are laid out first and the product is
 * added to them, which costs no more than the zeros it would start from.
 *
 * <p>Backward: {@code dx = dy W}, {@code dr = dy}; {@code dW = dy^T x} and {@code db = sum dy} only
 * where the parameter learns.
 */
final class LinearKernel {
  private final Step step;
  private final Node x;
  private final Linear linear;
  private final LinearWeight weight;
  private final boolean learns;
  private final boolean biasLearns;

  private LinearKernel(Step step, Node x, Linear linear) {
    this.step = step;
    this.x = x;
    this.linear = linear;
    this.weight = step.parameters.linear(linear);
    this.learns = step.training() && weight.trainable();
    this.biasLearns = linear.bias() && step.learns(linear.biasName());
  }

  static Node forward(Step step, Node x, Linear linear) {
    LinearKernel kernel = new LinearKernel(step, x, linear);
    boolean differentiable = step.differentiable(x);
    Node result = step.skips() ? kernel.skip(differentiable) : kernel.run(differentiable);
    if (result.differentiable) {
      step.record(result, () -> kernel.backward(result.gradient()));
    }
    return result;
  }

  static Node forward(Step step, Node x, Linear linear, Node residual) {
    LinearKernel kernel = new LinearKernel(step, x, linear);
    boolean differentiable = step.differentiable(x, residual);
    Node result;
    if (step.skips()) {
      residual.release();
      result = kernel.skip(differentiable);
    } else {
      result = kernel.run(kernel.startFrom(residual), true, differentiable);
    }
    if (result.differentiable) {
      step.record(
          result,
          () -> {
            kernel.backward(result.gradient());
            if (residual.differentiable) {
              residual.contribute(result.handOverGradient());
            }
          });
    }
    return result;
  }

  private INDArray bias() {
    return step.parameters.value(linear.biasName());
  }

  /** {@code r + b}, in r's own memory if nobody else needs it. */
  private INDArray startFrom(Node residual) {
    INDArray from = residual.value();
    INDArray y = residual.makeRoom();
    if (linear.bias()) {
      step.passes.addRow(from, bias(), y);
    } else if (y != from) {
      y.assign(from);
    }
    return y;
  }

  private Node run(boolean differentiable) {
    INDArray y = step.arena.take(x.value().size(0), linear.out()); // [rows, out]
    if (linear.bias()) {
      step.passes.setRows(y, bias());
    }
    return run(y, linear.bias(), differentiable);
  }

  private Node run(INDArray y, boolean add, boolean differentiable) {
    if (step.again()) {
      weight.multiplyAgain(linear, x.value(), y, add);
    } else {
      weight.multiply(linear, x.value(), y, add);
    }
    return holding(step.node(y, learns || biasLearns || differentiable));
  }

  /** The result where nobody will read it. */
  private Node skip(boolean differentiable) {
    return holding(step.node(learns || biasLearns || differentiable));
  }

  private Node holding(Node result) {
    if (learns) {
      x.retain();
    }
    x.release();
    return result;
  }

  private void backward(INDArray dy) { // [rows, out]
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
