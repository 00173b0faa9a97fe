package io.fourierft.engine;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.scalar.RectifiedLinear;
import org.nd4j.linalg.api.ops.impl.transforms.same.Abs;
import org.nd4j.linalg.api.ops.impl.transforms.same.Sign;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Erf;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Exp;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Sigmoid;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Tanh;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Element-wise non-linearities. The forward pass keeps the derivative, not the input: the backward
 * pass is then one product.
 *
 * <p>GELU in single precision takes erf from Abramowitz and Stegun 7.1.26 (error below 1.5e-7, one
 * exponential, which its derivative shares); in double precision it takes the native erf.
 */
final class ActivationKernel {
  private static final double INVERSE_SQRT_2PI = 1 / Math.sqrt(2 * Math.PI);
  private static final double TANH_SCALE = Math.sqrt(2 / Math.PI);
  private static final double TANH_CUBE = 0.044715;
  // Abramowitz and Stegun 7.1.26: erf(z) = 1 - (a1 t + ... + a5 t^5) exp(-z^2), t = 1 / (1 + p z).
  private static final double P = 0.3275911;
  private static final double[] A = {
    0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429
  };

  private ActivationKernel() {}

  static Node forward(Step step, Node x, Activation activation) {
    Arena arena = step.arena;
    boolean differentiable = step.differentiable(x);
    INDArray in = x.value();
    INDArray y = arena.take(in.shape());
    INDArray slope = arena.take(in.shape()); // d y / d x
    switch (activation) {
      case GELU -> {
        if (step.type() == DataType.FLOAT) {
          fastGelu(in, y, slope, differentiable, arena);
        } else {
          gelu(in, y, slope, arena);
        }
      }
      case GELU_TANH -> geluTanh(in, y, slope, arena);
      case RELU -> relu(in, y, slope);
      case SILU -> silu(in, y, slope, arena);
      case TANH -> tanh(in, y, slope);
    }
    x.release();
    Node result = step.node(y, differentiable);
    if (differentiable) {
      step.record(
          result,
          () -> {
            Elementwise.multiply(slope, result.gradient(), slope);
            x.contribute(slope);
          });
    } else {
      arena.give(slope);
    }
    return result;
  }

  /**
   * With q the upper tail of the normal distribution at |x|: {@code y = max(x, 0) - |x| q}, {@code
   * dy/dx = 1/2 + sign(x) (1/2 - q) + x phi(x)}.
   */
  private static void fastGelu(
      INDArray x, INDArray y, INDArray slope, boolean differentiable, Arena arena) {
    INDArray size = arena.take(x.shape()); // |x|
    INDArray tail = arena.take(x.shape()); // q
    Nd4j.exec(new Abs(x, size));
    size.muli(P / Math.sqrt(2), y);
    y.addi(1);
    y.rdivi(1); // t
    y.muli(A[4] / 2, tail);
    for (int i = 3; i >= 0; i--) {
      tail.addi(A[i] / 2);
      Elementwise.multiply(tail, y, tail);
    }
    Elementwise.multiply(x, x, y);
    y.muli(-0.5);
    Nd4j.exec(new Exp(y, y)); // exp(-x^2 / 2)
    Elementwise.multiply(tail, y, tail);
    if (differentiable) {
      Elementwise.multiply(y, x, y);
      y.muli(INVERSE_SQRT_2PI); // x phi(x)
      Nd4j.exec(new Sign(x, slope));
      slope.muli(0.5);
      y.addi(slope);
      y.addi(0.5);
      slope.muli(2);
      Elementwise.multiply(slope, tail, slope);
      Elementwise.subtract(y, slope, slope);
    }
    Elementwise.multiply(size, tail, tail);
    Nd4j.exec(new RectifiedLinear(x, y, 0));
    Elementwise.subtract(y, tail, y);
    arena.give(size);
    arena.give(tail);
  }

  private static void gelu(INDArray x, INDArray y, INDArray slope, Arena arena) {
    INDArray density = arena.take(x.shape());
    Elementwise.multiply(x, x, density);
    density.muli(-0.5);
    Nd4j.exec(new Exp(density, density));
    density.muli(INVERSE_SQRT_2PI);
    Elementwise.multiply(density, x, density); // x phi(x)
    x.muli(Math.sqrt(0.5), slope);
    Nd4j.exec(new Erf(slope, slope));
    slope.addi(1);
    slope.muli(0.5); // Phi(x)
    Elementwise.multiply(x, slope, y);
    slope.addi(density);
    arena.give(density);
  }

  /**
   * {@code y = x (1 + t) / 2}, {@code t = tanh(k (x + c x^3))}; {@code dt/dx = (1 - t^2) k (1 + 3 c
   * x^2)}.
   */
  private static void geluTanh(INDArray x, INDArray y, INDArray slope, Arena arena) {
    INDArray inner = arena.take(x.shape());
    Elementwise.multiply(x, x, slope); // x^2
    slope.muli(TANH_CUBE, inner);
    inner.addi(1);
    Elementwise.multiply(inner, x, inner);
    inner.muli(TANH_SCALE);
    Nd4j.exec(new Tanh(inner, inner)); // t
    slope.muli(3 * TANH_CUBE * TANH_SCALE);
    slope.addi(TANH_SCALE); // k (1 + 3 c x^2)
    Elementwise.multiply(slope, x, slope);
    Elementwise.multiply(inner, inner, y);
    y.rsubi(1); // 1 - t^2
    Elementwise.multiply(slope, y, slope);
    inner.addi(1);
    inner.muli(0.5); // (1 + t) / 2
    slope.muli(0.5);
    slope.addi(inner);
    Elementwise.multiply(x, inner, y);
    arena.give(inner);
  }

  private static void relu(INDArray x, INDArray y, INDArray slope) {
    Nd4j.exec(new RectifiedLinear(x, y, 0));
    Nd4j.exec(new Sign(y, slope));
  }

  /** {@code y = x s}, {@code s = sigmoid(x)}; {@code dy/dx = s + y (1 - s)}. */
  private static void silu(INDArray x, INDArray y, INDArray slope, Arena arena) {
    INDArray sigmoid = arena.take(x.shape());
    Nd4j.exec(new Sigmoid(x, sigmoid));
    Elementwise.multiply(x, sigmoid, y);
    sigmoid.rsubi(1, slope);
    Elementwise.multiply(slope, y, slope);
    slope.addi(sigmoid);
    arena.give(sigmoid);
  }

  private static void tanh(INDArray x, INDArray y, INDArray slope) {
    Nd4j.exec(new Tanh(x, y));
    Elementwise.multiply(y, y, slope);
    slope.rsubi(1);
  }
}
