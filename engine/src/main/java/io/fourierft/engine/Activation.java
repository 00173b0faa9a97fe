package io.fourierft.engine;

/** Element-wise non-linearities of the supported model families. */
public enum Activation {
  /** {@code x * (1 + erf(x / sqrt(2))) / 2}; Hugging Face name {@code gelu}. */
  GELU,
  /**
   * The tanh approximation of GELU; Hugging Face names {@code gelu_new}, {@code gelu_pytorch_tanh}.
   */
  GELU_TANH,
  /** {@code max(x, 0)}. */
  RELU,
  /** {@code x * sigmoid(x)}; Hugging Face names {@code silu}, {@code swish}. */
  SILU,
  /** {@code tanh(x)}. */
  TANH
}
