package io.fourierft.delta;

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

  @Override
  void close();
}
