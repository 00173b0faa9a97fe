package io.fourierft.engine;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.scalar.RectifiedLinear;
import org.nd4j.linalg.api.ops.impl.transforms.same.Sign;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Erf;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Exp;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Sigmoid;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Tanh;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** The passes in stock ND4J operations: any backend, any element type. */
final class StockPasses implements Passes {
  private static final double INVERSE_SQRT_2PI = 1 / Math.sqrt(2 * Math.PI);
  private static final double TANH_SCALE = Math.sqrt(2 / Math.PI);
  private static final double TANH_CUBE = 0.044715;

  private final Arena arena;

  StockPasses(Arena arena) {
    this.arena = arena;
  }

  @Override
  public void addRow(INDArray x, INDArray row) {
    Elementwise.addRow(x, row);
  }

  @Override
  public void activate(Activation activation, INDArray x, INDArray y) {
    INDArray slope = arena.take(x.shape());
    activate(activation, x, y, slope);
    arena.give(slope);
  }

  @Override
  public void activate(Activation activation, INDArray x, INDArray y, INDArray slope) {
    switch (activation) {
      case GELU -> gelu(x, y, slope);
      case GELU_TANH -> geluTanh(x, y, slope);
      case RELU -> relu(x, y, slope);
      case SILU -> silu(x, y, slope);
      case TANH -> tanh(x, y, slope);
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

  private static void relu(INDArray x, INDArray y, INDArray slope) {
    Nd4j.exec(new RectifiedLinear(x, y, 0));
    Nd4j.exec(new Sign(y, slope));
  }

  /** {@code y = x s}, {@code s = sigmoid(x)}; {@code dy/dx = s + y (1 - s)}. */
  private void silu(INDArray x, INDArray y, INDArray slope) {
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

  @Override
  public void softmax(INDArray x) {
    if (x.dataType() == DataType.DOUBLE) {
      // The native op starts its maximum at zero in double precision and divides zero by zero
      // where a row is far below, so the maximum is taken off first.
      try (INDArray highest = x.max(true, 1)) {
        Elementwise.subtract(x, highest, x);
      }
    }
    Elementwise.softmaxRows(x);
  }

  @Override
  public void softmaxBackward(INDArray p, INDArray dp) {
    INDArray product = arena.take(p.shape());
    INDArray sums = arena.take(p.size(0), 1);
    Elementwise.multiply(dp, p, product);
    Elementwise.sumRows(product, sums.reshape(p.size(0)));
    Elementwise.subtract(dp, sums, dp);
    Elementwise.multiply(dp, p, dp);
    arena.give(product);
    arena.give(sums);
  }

  @Override
  public void layerNorm(
      INDArray x,
      INDArray gain,
      INDArray bias,
      double eps,
      INDArray normal,
      INDArray scale,
      INDArray y) {
    INDArray mean = arena.take(x.size(0), 1);
    Elementwise.meanRows(x, mean);
    Elementwise.subtract(x, mean, normal);
    arena.give(mean);
    normalise(normal, eps, normal, scale, y);
    Elementwise.multiply(normal, gain, y);
    Elementwise.addRow(y, bias);
  }

  @Override
  public void rmsNorm(
      INDArray x, INDArray gain, double eps, INDArray normal, INDArray scale, INDArray y) {
    normalise(x, eps, normal, scale, y);
    Elementwise.multiply(normal, gain, y);
  }

  /** {@code scale = 1 / sqrt(mean(x^2) + eps)}, {@code normal = x scale}. */
  private static void normalise(
      INDArray x, double eps, INDArray normal, INDArray scale, INDArray squares) {
    Elementwise.multiply(x, x, squares);
    Elementwise.meanRows(squares, scale);
    scale.addi(eps);
    Transforms.sqrt(scale, false);
    scale.rdivi(1);
    Elementwise.multiply(x, scale, normal);
  }

  @Override
  public void layerNormBackward(
      INDArray dy, INDArray gain, INDArray normal, INDArray scale, INDArray dx) {
    INDArray product = arena.take(dy.shape());
    INDArray mean = arena.take(dy.size(0), 1);
    Elementwise.multiply(dy, gain, dx);
    Elementwise.multiply(dx, normal, product);
    Elementwise.meanRows(dx, mean);
    Elementwise.subtract(dx, mean, dx);
    project(normal, scale, product, mean, dx);
    arena.give(mean);
    arena.give(product);
  }

  @Override
  public void rmsNormBackward(
      INDArray dy, INDArray gain, INDArray normal, INDArray scale, INDArray dx) {
    INDArray product = arena.take(dy.shape());
    INDArray mean = arena.take(dy.size(0), 1);
    Elementwise.multiply(dy, gain, dx);
    Elementwise.multiply(dx, normal, product);
    project(normal, scale, product, mean, dx);
    arena.give(mean);
    arena.give(product);
  }

  /** {@code dx = r (dx - xh mean(product))}. */
  private static void project(
      INDArray normal, INDArray scale, INDArray product, INDArray mean, INDArray dx) {
    Elementwise.meanRows(product, mean);
    Elementwise.multiply(normal, mean, product);
    Elementwise.subtract(dx, product, dx);
    Elementwise.multiply(dx, scale, dx);
  }
}
