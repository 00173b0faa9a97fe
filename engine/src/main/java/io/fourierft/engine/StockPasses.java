package io.fourierft.engine;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** The passes in stock ND4J operations: any backend, any element type. */
final class StockPasses implements Passes {
  private final Arena arena;
  private final StockActivations activations;

  StockPasses(Arena arena) {
    this.arena = arena;
    this.activations = new StockActivations(arena);
  }

  @Override
  public void setRows(INDArray y, INDArray row) {
    y.assign(0);
    Elementwise.addRow(y, row);
  }

  @Override
  public void addRow(INDArray x, INDArray row, INDArray y) {
    if (y != x) {
      y.assign(x);
    }
    Elementwise.addRow(y, row);
  }

  @Override
  public void activate(Activation activation, INDArray x) {
    INDArray y = arena.take(x.shape());
    INDArray slope = arena.take(x.shape());
    activate(activation, x, y, slope);
    x.assign(y);
    arena.give(slope);
    arena.give(y);
  }

  @Override
  public void activate(Activation activation, INDArray x, INDArray y, INDArray slope) {
    activations.apply(activation, x, y, slope);
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
  public void layerNorm(INDArray x, INDArray gain, INDArray bias, double eps, INDArray y) {
    INDArray normal = arena.take(x.shape());
    INDArray scale = arena.take(x.size(0), 1);
    layerNorm(x, gain, bias, eps, normal, scale, y);
    arena.give(normal);
    arena.give(scale);
  }

  @Override
  public void rmsNorm(INDArray x, INDArray gain, double eps, INDArray y) {
    INDArray normal = arena.take(x.shape());
    INDArray scale = arena.take(x.size(0), 1);
    INDArray squares = arena.take(x.shape());
    normalise(x, eps, normal, scale, squares);
    Elementwise.multiply(normal, gain, y);
    arena.give(normal);
    arena.give(scale);
    arena.give(squares);
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
    affine(normal, gain, bias, y);
  }

  @Override
  public void affine(INDArray normal, INDArray gain, INDArray bias, INDArray y) {
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
