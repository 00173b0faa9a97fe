package io.fourierft.adapter;

/** The basis whose elements the coefficients weight. */
public enum Basis {
  /** The discrete Fourier basis, the method itself. */
  FOURIER,
  /** Random matrices (paper, Table 6). */
  RANDOM,
  /** Random orthogonal matrices (paper, Table 6). */
  ORTHOGONAL
}
