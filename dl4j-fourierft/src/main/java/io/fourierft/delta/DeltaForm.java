package io.fourierft.delta;

import io.fourierft.engine.Arena;
import io.fourierft.engine.Gemm;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A way to compute a weight change from its coefficients, and its adjoint, for one shape and set of
 * entries; for the Fourier basis {@code dW[p,q] = s sum_l c_l cos(2 pi (p j_l / rows + q k_l /
 * cols))}. The factor s is {@code scaling / (rows * cols)} (Gao et al., 2024, Eq. 2 to 4 with the
 * normalisation of their Algorithm 1).
 */
public interface DeltaForm extends AutoCloseable {

  /**
   * Computes the weight change.
   *
   * @param coefficients c, {@code [n]}
   * @param factor s
   * @param out where dW goes, {@code [rows, cols]}, row-major; contents undefined
   */
  void materialise(INDArray coefficients, double factor, INDArray out);

  /**
   * Adds the gradient of the coefficients, {@code dc_l += s sum_pq G[p,q] cos(...)}.
   *
   * @param dense G, gradient of the loss in dW, {@code [rows, cols]}, row-major
   * @param factor s
   * @param gradient where it is added, {@code [n]}
   */
  void addGradient(INDArray dense, double factor, INDArray gradient);

  /**
   * Adds the gradient of one use of the layer, {@code G = dy^T x}.
   *
   * @param x input of the layer, {@code [tokens, cols]}
   * @param dy gradient of the loss in its output, {@code [tokens, rows]}
   * @param factor s
   * @param arena buffers for the computation
   * @param gradient where it is added, {@code [n]}
   */
  default void addGradient(INDArray x, INDArray dy, double factor, Arena arena, INDArray gradient) {
    INDArray dense = arena.take(dy.size(1), x.size(1));
    Gemm.multiply(dy, true, x, false, dense);
    addGradient(dense, factor, gradient);
    arena.give(dense);
  }

  @Override
  void close();
}
