package io.fourierft.adapter;

/** How coefficients are set before training. */
public enum SpectrumInit {
  /** All zero, so that training starts from the base model. */
  ZERO,
  /** Standard normal numbers, PEFT's default. */
  GAUSSIAN
}
