package io.fourierft.engine;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The element-wise and row-wise work between the matrix products, each piece as one call so that it
 * can be one pass over memory. Matrices are row-major, {@code [rows, width]}.
 */
interface Passes {

  /** The passes for an arena's element type on the backend that is loaded. */
  static Passes of(Arena arena) {
    Passes stock = new StockPasses(arena);
    boolean host = Nd4j.getBackend().getEnvironment().isCPU() && arena.type() == DataType.FLOAT;
    return host ? new HostPasses(stock) : stock;
  }

  /** {@code y[i, j] = row[j]}. */
  void setRows(INDArray y, INDArray row);

  /** {@code y[i, j] = x[i, j] + row[j]}; y may be x. */
  void addRow(INDArray x, INDArray row, INDArray y);

  /** {@code x = f(x)}. */
  void activate(Activation activation, INDArray x);

  /** {@code y = f(x)}, {@code slope = f'(x)}. */
  void activate(Activation activation, INDArray x, INDArray y, INDArray slope);

  /** Softmax of each row, in place. */
  void softmax(INDArray x);

  /**
   * Backward pass of the softmax of each row, {@code dx = p (dp - sum(dp p))}.
   *
   * @param p the softmax
   * @param dp its gradient, replaced by that of its argument
   */
  void softmaxBackward(INDArray p, INDArray dp);

  /** The result of layer norm, for which nothing is kept; y may be x. */
  void layerNorm(INDArray x, INDArray gain, INDArray bias, double eps, INDArray y);

  /**
   * {@code y = xh gain + bias}, {@code xh = (x - mean(x)) r}, {@code r = 1 / sqrt(var(x) + eps)}.
   *
   * @param normal where xh goes
   * @param scale where r goes, {@code [rows, 1]}
   */
  void layerNorm(
      INDArray x,
      INDArray gain,
      INDArray bias,
      double eps,
      INDArray normal,
      INDArray scale,
      INDArray y);

  /** {@code y = xh gain + bias}, to the bit what {@link #layerNorm} makes of xh. */
  void affine(INDArray normal, INDArray gain, INDArray bias, INDArray y);

  /** {@code dx = r (g - mean(g) - xh mean(g xh))}, {@code g = dy gain}. */
  void layerNormBackward(INDArray dy, INDArray gain, INDArray normal, INDArray scale, INDArray dx);

  /** The result of RMS norm, for which nothing is kept; y may be x. */
  void rmsNorm(INDArray x, INDArray gain, double eps, INDArray y);

  /** {@code y = xh gain}, {@code xh = x r}, {@code r = 1 / sqrt(mean(x^2) + eps)}. */
  void rmsNorm(INDArray x, INDArray gain, double eps, INDArray normal, INDArray scale, INDArray y);

  /** {@code dx = r (g - xh mean(g xh))}, {@code g = dy gain}. */
  void rmsNormBackward(INDArray dy, INDArray gain, INDArray normal, INDArray scale, INDArray dx);
}
