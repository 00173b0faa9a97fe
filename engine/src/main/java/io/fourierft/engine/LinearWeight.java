package io.fourierft.engine;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The matrix of one linear module as the direct executor sees it: a value to multiply with, and a
 * place where its gradient goes. A frozen weight has none; a spectral weight turns it into the
 * gradient of its coefficients.
 */
public interface LinearWeight {

  /**
   * The effective matrix, base and delta together, in the module's storage layout.
   *
   * @return {@code [out, in]}, or {@code [in, out]} for {@link Linear.Layout#IN_OUT}
   */
  INDArray value();

  /**
   * Whether {@link #accumulate} is to be called in a backward pass.
   *
   * @return true if the weight learns
   */
  boolean trainable();

  /**
   * Adds the gradient of one use of this weight, {@code dW = dy^T x}, to what it has gathered since
   * the last optimiser step.
   *
   * @param x input of the layer, {@code [rows, in]}
   * @param dy gradient of the loss in the layer's output, {@code [rows, out]}
   * @param arena buffers for the computation
   */
  void accumulate(INDArray x, INDArray dy, Arena arena);
}
