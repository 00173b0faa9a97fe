package io.fourierft.spectral;

import java.util.Comparator;
import java.util.Locale;
import java.util.PriorityQueue;

/**
 * Draws entries by the paper's Eq. 5 without repetition.
 *
 * <p>Cell i with probability weight p_i gets the key {@code ln p_i - ln(-ln u_i)} with u_i uniform
 * in (0, 1); the n largest keys, in falling order, are distributed as n weighted draws without
 * replacement (Gumbel top-k). {@code ln p = -((D^2 - fc^2) / (D W))^2} never underflows, so distant
 * cells stay possible once the near ones are used up. Logarithms are {@link StrictMath}'s: one seed
 * gives one result on every platform.
 */
final class BandPassDraw {
  private record Candidate(double key, long cell) {}

  /** The worst candidate first: lowest key, and of equal keys the later cell. */
  private static final Comparator<Candidate> WORST_FIRST =
      Comparator.comparingDouble(Candidate::key)
          .thenComparing(Candidate::cell, Comparator.reverseOrder());

  private BandPassDraw() {}

  static long[] draw(EntryRule.BandPass rule, int rows, int cols, int n) {
    double farthest = Math.hypot(rows / 2, cols / 2);
    if (rule.centerFrequency() > farthest) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "band-pass centre frequency expected 0 to %s but found %s (shape [%d, %d])",
              farthest,
              rule.centerFrequency(),
              rows,
              cols));
    }
    Mt19937 random = new Mt19937(rule.seed());
    PriorityQueue<Candidate> best = new PriorityQueue<>(n, WORST_FIRST);
    for (int j = 0; j < rows; j++) {
      for (int k = 0; k < cols; k++) {
        double gumbel = -StrictMath.log(-StrictMath.log(random.nextOpenUnit()));
        double key = logWeight(rule, signed(j, rows), signed(k, cols)) + gumbel;
        if (key == Double.NEGATIVE_INFINITY) {
          continue;
        }
        if (best.size() == n && key > best.element().key()) {
          best.remove();
        }
        if (best.size() < n) {
          best.add(new Candidate(key, (long) j * cols + k));
        }
      }
    }
    if (best.size() < n) {
      throw new IllegalArgumentException(
          String.format(
              "number of entries expected at most %d of non-zero probability but found %d"
                  + " (shape [%d, %d], centre frequency %s)",
              best.size(), n, rows, cols, rule.centerFrequency()));
    }
    long[] cells = new long[n];
    for (int l = n - 1; l >= 0; l--) {
      cells[l] = best.remove().cell();
    }
    return cells;
  }

  /** Returns ln p(D) of Eq. 5. */
  static double logWeight(EntryRule.BandPass rule, double u, double v) {
    double squared = u * u + v * v;
    double center = rule.centerFrequency();
    if (squared == 0) {
      return center == 0 ? 0 : Double.NEGATIVE_INFINITY;
    }
    double ratio = (squared - center * center) / (Math.sqrt(squared) * rule.bandwidth());
    return -ratio * ratio;
  }

  /** Returns the signed frequency that index {@code i} of a DFT of length {@code d} stands for. */
  private static int signed(int i, int d) {
    return i <= d / 2 ? i : i - d;
  }
}
