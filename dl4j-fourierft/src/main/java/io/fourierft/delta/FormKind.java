package io.fourierft.delta;

/** The ways to compute a weight change and its gradient. */
public enum FormKind {
  /** Whatever costs least for the shape, the number of coefficients and the number of tokens. */
  CHEAPEST,
  /** {@link FoldedGemm}. */
  FOLDED_GEMM,
  /** {@link RealFft}. */
  REAL_FFT,
  /** {@link BasisGemm}. */
  BASIS_GEMM,
  /** {@link TokenForm}: no matrix is formed. */
  PER_TOKEN
}
