package io.fourierft.delta;

import io.fourierft.spectral.Entries;

/**
 * What the forms cost on a CPU, in nanoseconds of one thread, for floats; doubles cost about twice
 * as much in every form. The constants are fitted to measurements; docs/decisions/0003 has both.
 */
final class FormCost {
  private static final double GEMM_STEP = 0.0215; // a multiply-add of a matrix product
  private static final double FOLDED_START = 400_000;
  private static final double FOLDED_CELL = 2; // unfolding a cell of the matrix, or folding it
  private static final double FFT_STEP = 1.25; // a cell in a pass of work 1
  private static final double TOKEN_STEP = 0.45; // the same, of one token
  private static final double TOKEN_ENTRY = 0.8;
  private static final double TOKEN_FOLD = 4; // folding a number of a token's input or gradient

  private final Entries entries;
  private final double cells;

  FormCost(Entries entries) {
    this.entries = entries;
    this.cells = (double) entries.rows() * entries.cols();
  }

  /** A weight change, or the gradient from a dense one, by {@link FoldedGemm}. */
  double folded() {
    double quadrant = (entries.rows() / 2 + 1.0) * (entries.cols() / 2 + 1.0);
    double inner = FoldedEntries.of(entries).rows().length;
    double halves = entries.rows() % 2 == 0 ? 1 : 2; // even lengths fold once more
    return FOLDED_START + FOLDED_CELL * cells + halves * GEMM_STEP * inner * quadrant;
  }

  /** The same by {@link RealFft}. */
  double fft() {
    return FFT_STEP * cells / 2 * (work(entries.rows()) + work(entries.cols()));
  }

  /** The same by {@link BasisGemm}, of an inner size of so many times n. */
  double basis(int terms) {
    return GEMM_STEP * cells * terms * entries.size();
  }

  /** What {@link FoldedGemm} needs of {@code dy^T x} before its gradient, of one token. */
  double denseToken() {
    return GEMM_STEP * cells / 2 + TOKEN_FOLD * (entries.rows() + entries.cols());
  }

  /** Product, transposed product or gradient of one token by {@link TokenForm}. */
  double token() {
    double transforms =
        entries.rows() * work(entries.rows()) + entries.cols() * work(entries.cols());
    return TOKEN_STEP * transforms + TOKEN_ENTRY * entries.size();
  }

  private static double work(int length) {
    double work = 1;
    for (int factor : RowFft.factors(length)) {
      work += factor <= 4 ? 3 : 2.0 * factor;
    }
    return work;
  }
}
