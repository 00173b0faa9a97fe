package io.fourierft.engine;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.scalar.LeakyReLU;
import org.nd4j.linalg.api.ops.impl.scalar.RectifiedLinear;
import org.nd4j.linalg.api.ops.impl.transforms.same.Sign;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Erf;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Exp;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Sigmoid;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Tanh;
import org.nd4j.linalg.factory.Nd4j;

/** Values and slopes of the non-linearities in stock ND4J operations. */
final class StockActivations {
  /** How steep the leaky unit is below zero. */
  static final double LEAK = 0.01;

  /** The bound of the clipped GELU. */
  static final double CLIP = 10;

  /** The factor in the argument of the quick GELU's sigmoid. */
  static final double QUICK = 1.702;

  static final double LAPLACE_MEAN = 0.707107;
  static final double LAPLACE_DEVIATION = 0.282095;

  private static final double INVERSE_SQRT_2PI = 1 / Math.sqrt(2 * Math.PI);
  private static final double TANH_SCALE = Math.sqrt(2 / Math.PI);
  private static final double TANH_CUBE = 0.044715;

  private final Arena arena;

  StockActivations(Arena arena) {
    this.arena = arena;
  }

  /** {@code y = f(x)}, {@code slope = f'(x)}; {@code x} stays as it is. */
  void apply(Activation activation, INDArray x, INDArray y, INDArray slope) {
    switch (activation) {
      case GELU -> gelu(x, y, slope);
      case GELU_TANH -> geluTanh(x, y, slope);
      case GELU_QUICK -> gated(x, QUICK, y, slope);
      case GELU_CLIPPED -> geluClipped(x, y, slope);
      case RELU -> relu(x, y, slope);
      case RELU6 -> relu6(x, y, slope);
      case RELU_SQUARED -> reluSquared(x, y, slope);
      case LEAKY_RELU -> leakyRelu(x, y, slope);
      case SILU -> gated(x, 1, y, slope);
      case HARD_SWISH -> hardSwish(x, y, slope);
      case MISH -> mish(x, y, slope);
      case TANH -> tanh(x, y, slope);
      case SIGMOID -> sigmoid(x, y, slope);
      case LAPLACE -> laplace(x, y, slope);
      case LINEAR -> {
        y.assign(x);
        slope.assign(1);
      }
    }
  }

  private void gelu(INDArray x, INDArray y, INDArray slope) {
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
  private void geluTanh(INDArray x, INDArray y, INDArray slope) {
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

  /** Where GELU is below the bound it is itself, so that {@code y = c - max(c - gelu, 0)}. */
  private void geluClipped(INDArray x, INDArray y, INDArray slope) {
    gelu(x, y, slope);
    INDArray below = arena.take(x.shape());
    y.rsubi(CLIP);
    Nd4j.exec(new RectifiedLinear(y, y, 0)); // c - y
    Nd4j.exec(new Sign(y, below));
    y.rsubi(CLIP);
    Elementwise.multiply(slope, below, slope);
    arena.give(below);
  }

  private static void relu(INDArray x, INDArray y, INDArray slope) {
    Nd4j.exec(new RectifiedLinear(x, y, 0));
    Nd4j.exec(new Sign(y, slope));
  }

  /** {@code y = max(x, 0) - max(x - 6, 0)}. */
  private void relu6(INDArray x, INDArray y, INDArray slope) {
    relu(x, y, slope);
    INDArray above = arena.take(x.shape());
    x.subi(6, above);
    Nd4j.exec(new RectifiedLinear(above, above, 0));
    Elementwise.subtract(y, above, y);
    Nd4j.exec(new Sign(above, above));
    Elementwise.subtract(slope, above, slope);
    arena.give(above);
  }

  private static void reluSquared(INDArray x, INDArray y, INDArray slope) {
    Nd4j.exec(new RectifiedLinear(x, slope, 0));
    Elementwise.multiply(slope, slope, y);
    slope.muli(2);
  }

  private static void leakyRelu(INDArray x, INDArray y, INDArray slope) {
    relu(x, y, slope);
    slope.muli(1 - LEAK);
    slope.addi(LEAK);
    Nd4j.exec(new LeakyReLU(x, y, LEAK));
  }

  /** {@code y = x s}, {@code s = sigmoid(k x)}; {@code dy/dx = s + k y (1 - s)}. */
  private void gated(INDArray x, double factor, INDArray y, INDArray slope) {
    INDArray gate = arena.take(x.shape());
    x.muli(factor, gate);
    Nd4j.exec(new Sigmoid(gate, gate));
    Elementwise.multiply(x, gate, y);
    gate.rsubi(1, slope);
    Elementwise.multiply(slope, y, slope);
    slope.muli(factor);
    slope.addi(gate);
    arena.give(gate);
  }

  /** {@code y = x r}, {@code r = (max(x + 3, 0) - max(x - 3, 0)) / 6}; {@code dr/dx = 1 / 6}. */
  private void hardSwish(INDArray x, INDArray y, INDArray slope) {
    INDArray gate = arena.take(x.shape());
    x.addi(3, gate);
    relu6(gate, y, slope);
    y.muli(1.0 / 6, gate);
    slope.muli(1.0 / 6);
    Elementwise.multiply(slope, x, slope);
    slope.addi(gate);
    Elementwise.multiply(x, gate, y);
    arena.give(gate);
  }

  /**
   * With {@code s = sigmoid(x)} and {@code n = s (2 - s)}: {@code y = x t}, {@code t = n / (2 -
   * n)}, {@code dt/dx = 4 s (1 - s)^2 / (2 - n)^2}.
   */
  private void mish(INDArray x, INDArray y, INDArray slope) {
    INDArray gate = arena.take(x.shape());
    INDArray rest = arena.take(x.shape());
    Nd4j.exec(new Sigmoid(x, gate)); // s
    gate.rsubi(2, rest);
    Elementwise.multiply(rest, gate, y); // n
    y.rsubi(2, rest); // 2 - n
    gate.rsubi(1, slope);
    Elementwise.multiply(slope, slope, slope);
    Elementwise.multiply(slope, gate, slope);
    slope.muli(4);
    slope.divi(rest);
    slope.divi(rest); // dt/dx
    y.divi(rest); // t
    Elementwise.multiply(slope, x, slope);
    slope.addi(y);
    Elementwise.multiply(x, y, y);
    arena.give(rest);
    arena.give(gate);
  }

  private static void tanh(INDArray x, INDArray y, INDArray slope) {
    Nd4j.exec(new Tanh(x, y));
    Elementwise.multiply(y, y, slope);
    slope.rsubi(1);
  }

  private static void sigmoid(INDArray x, INDArray y, INDArray slope) {
    Nd4j.exec(new Sigmoid(x, y));
    y.rsubi(1, slope);
    Elementwise.multiply(slope, y, slope);
  }

  /** The normal distribution's cumulative function, and its density. */
  private static void laplace(INDArray x, INDArray y, INDArray slope) {
    x.subi(LAPLACE_MEAN, y);
    y.muli(Math.sqrt(0.5) / LAPLACE_DEVIATION);
    Elementwise.multiply(y, y, slope);
    slope.muli(-1);
    Nd4j.exec(new Exp(slope, slope));
    slope.muli(INVERSE_SQRT_2PI / LAPLACE_DEVIATION);
    Nd4j.exec(new Erf(y, y));
    y.addi(1);
    y.muli(0.5);
  }
}
