package io.fourierft.adapter;

/** Which biases are trained along with the coefficients. */
public enum BiasMode {
  /** None. */
  NONE,
  /** Those of the adapted layers; PEFT calls it {@code fourier_only}. */
  ADAPTED,
  /** All biases of the model. */
  ALL
}
