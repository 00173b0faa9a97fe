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
   * The layer's product, {@code y = x W^T}.
   *
   * @param linear the module
   * @param x input, {@code [rows, in]}
   * @param y where the product goes, {@code [rows, out]}
   * @param add whether to add it to what {@code y} holds
   */
  default void multiply(Linear linear, INDArray x, INDArray y, boolean add) {
    boolean transposed = linear.layout() == Linear.Layout.OUT_IN;
    Gemm.multiply(x, false, value(), transposed, y, 1, add ? 1 : 0);
  }

  /**
   * The last {@link #multiply} once more, in the backward pass of a model that does not keep its
   * activations: with the same result to the bit.
   *
   * @param linear the module
   * @param x the same input, {@code [rows, in]}
   * @param y where the product goes, {@code [rows, out]}
   * @param add whether to add it to what {@code y} holds
   */
  default void multiplyAgain(Linear linear, INDArray x, INDArray y, boolean add) {
    multiply(linear, x, y, add);
  }

  /**
   * The product of the backward pass, {@code dx = dy W}.
   *
   * @param linear the module
   * @param dy gradient of the loss in the output, {@code [rows, out]}
   * @param dx where the product goes, {@code [rows, in]}
   * @param add whether to add it to what {@code dx} holds
   */
  default void multiplyBack(Linear linear, INDArray dy, INDArray dx, boolean add) {
    boolean transposed = linear.layout() == Linear.Layout.IN_OUT;
    Gemm.multiply(dy, false, value(), transposed, dx, 1, add ? 1 : 0);
  }

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
