package io.fourierft.delta;

import io.fourierft.spectral.Entries;

/**
 * What the forms cost on a CPU, in nanoseconds, of one thread unless told otherwise, for floats;
 * doubles cost about twice as much in every form. The constants are fitted to measurements;
 * docs/decisions/0003 has both.
 */
final class FormCost {
  private static final double GEMM_STEP = 0.022; // a multiply-add of a matrix product
  private static final double FOLDED_START = 190_000;
  private static final double FOLDED_CELL = 0.65; // unfolding a cell of the matrix, or folding it
  private static final double FOLDED_STEP = 0.0255; // a multiply-add of its products
  private static final double FOLDED_ENTRY = 0.3; // a cell of an entry's vector over the columns
  private static final double FFT_STEP = 1; // a cell in a pass of work 1
  private static final double FFT_CACHED = 0.65; // the same where the spectrum stays in the cache
  private static final double CACHED_CELLS = 1 << 18;
  private static final double CALL = 8_000; // whatever the tokens
  private static final double BLOCK_ROW = 2.5; // a number of a block of tokens
  private static final double BLOCK_ENTRY = 8;
  private static final double TOKEN_STEP = 0.42; // a number of a token in a pass of work 1
  private static final double TOKEN_ENTRY = 0.4;
  private static final double TOKEN_FOLD = 4; // folding a number of a token's input or gradient

  private final Entries entries;
  private final double cells;

  FormCost(Entries entries) {
    this.entries = entries;
    this.cells = (double) entries.rows() * entries.cols();
  }

  /** A weight change, or the gradient from a dense one, by {@link FoldedGemm}. */
  double folded(int threads) {
    double quadrant = (entries.rows() / 2 + 1.0) * (entries.cols() / 2 + 1.0);
    double inner = FoldedEntries.of(entries).rows().length;
    double halves = entries.rows() % 2 == 0 ? 1 : 2; // even lengths fold once more
    double work =
        FOLDED_CELL * cells
            + halves * FOLDED_STEP * inner * quadrant
            + FOLDED_ENTRY * entries.size() * entries.cols();
    return FOLDED_START + work / threads;
  }

  /** The same by {@link RealFft}. */
  double fft() {
    double step = cells <= CACHED_CELLS ? FFT_CACHED : FFT_STEP;
    return step * cells / 2 * (work(entries.rows()) + work(entries.cols()));
  }

  /** The same by {@link BasisGemm}, of an inner size of so many times n. */
  double basis(int terms) {
    return GEMM_STEP * cells * terms * entries.size();
  }

  /** What {@link FoldedGemm} needs of {@code dy^T x} before its gradient, of one token. */
  double denseToken() {
    return GEMM_STEP * cells / 2 + TOKEN_FOLD * (entries.rows() + entries.cols());
  }

  /** Product, transposed product or gradient of so many tokens by {@link TokenForm}. */
  double tokens(long tokens, int threads) {
    long blocks = (tokens + TokenForm.BLOCK - 1) / TokenForm.BLOCK;
    return CALL + (blocks * block() + tokens * token()) / Math.max(1, Math.min(threads, blocks));
  }

  /** The most tokens that cost no more than this, on one thread. */
  long tokensFor(double nanoseconds) {
    if (nanoseconds == Double.POSITIVE_INFINITY) {
      return Long.MAX_VALUE;
    }
    double full = block() + TokenForm.BLOCK * token();
    double blocks = Math.floor((nanoseconds - CALL) / full);
    if (blocks < 0) {
      return 0;
    }
    double rest = nanoseconds - CALL - blocks * full - block();
    return (long) (blocks * TokenForm.BLOCK + Math.max(0, Math.floor(rest / token())));
  }

  private double block() {
    return BLOCK_ROW * (entries.rows() + entries.cols()) + BLOCK_ENTRY * entries.size();
  }

  /** What each further token adds to that, on one thread. */
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
