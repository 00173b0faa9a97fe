package io.fourierft.engine;

/** Element-wise non-linearities of the supported model families. */
public enum Activation {
  /** {@code x * (1 + erf(x / sqrt(2))) / 2}; Hugging Face name {@code gelu}. */
  GELU,
  /**
   * The tanh approximation of GELU; Hugging Face names {@code gelu_new}, {@code gelu_pytorch_tanh}.
   */
  GELU_TANH,
  /** {@code x * sigmoid(1.702 x)}; Hugging Face name {@code quick_gelu}. */
  GELU_QUICK,
  /** GELU, at most 10; Hugging Face name {@code gelu_10}. */
  GELU_CLIPPED,
  /** {@code max(x, 0)}. */
  RELU,
  /** {@code min(max(x, 0), 6)}. */
  RELU6,
  /** {@code max(x, 0)^2}; Hugging Face name {@code relu2}. */
  RELU_SQUARED,
  /** {@code x}, a hundredth of it below zero. */
  LEAKY_RELU,
  /** {@code x * sigmoid(x)}; Hugging Face names {@code silu}, {@code swish}. */
  SILU,
  /** {@code x * min(max(x + 3, 0), 6) / 6}. */
  HARD_SWISH,
  /** {@code x * tanh(log(1 + exp(x)))}. */
  MISH,
  /** {@code tanh(x)}. */
  TANH,
  /** {@code 1 / (1 + exp(-x))}. */
  SIGMOID,
  /** {@code (1 + erf((x - m) / (s sqrt(2)))) / 2}, m = 0.707107, s = 0.282095. */
  LAPLACE,
  /** {@code x}. */
  LINEAR
}
