package io.fourierft.delta;

import java.util.ArrayList;
import java.util.List;

/**
 * Inverse discrete Fourier transform, {@code y[p] = sum_j x[j] e^{+2 pi i p j / n}}, of all columns
 * of a {@link Panel} at once: Stockham's autosorting decomposition into factors 4, 2, 3, and
 * whatever primes remain. Immutable.
 */
final class RowFft {
  private final int n;
  private final int[] factors;
  private final double[] cosine; // of 2 pi k / n
  private final double[] sine;

  RowFft(int n) {
    this.n = n;
    this.factors = factors(n);
    this.cosine = Wave.COSINE.circle(n);
    this.sine = Wave.SINE.circle(n);
  }

  /** Factors of a length, 4 before 2, then ascending. */
  static int[] factors(int n) {
    List<Integer> factors = new ArrayList<>();
    int rest = n;
    while (rest % 4 == 0) {
      factors.add(4);
      rest /= 4;
    }
    for (int p = 2; (long) p * p <= rest; p++) {
      while (rest % p == 0) {
        factors.add(p);
        rest /= p;
      }
    }
    if (rest > 1) {
      factors.add(rest);
    }
    return factors.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Transforms the panel in place; it holds n rows. */
  void transform(Panel panel) {
    panel.begin();
    double[] turn = new double[6];
    int length = n;
    int stride = 1;
    for (int factor : factors) {
      int m = length / factor;
      int run = stride * panel.width;
      for (int p = 0; p < m; p++) {
        if (factor > 4) {
          passAny(panel, factor, m, p, stride);
          continue;
        }
        for (int t = 1; t < factor; t++) {
          turn[2 * t - 2] = cosine[t * p * stride];
          turn[2 * t - 1] = sine[t * p * stride];
        }
        int a = p * run;
        switch (factor) {
          case 2 -> panel.pass2(a, a + m * run, 2 * a, run, turn[0], turn[1]);
          case 3 -> panel.pass3(a, m * run, 3 * a, run, turn);
          default -> panel.pass4(a, m * run, 4 * a, run, turn);
        }
      }
      panel.swap();
      length = m;
      stride *= factor;
    }
  }

  /** Any factor r: {@code y_u = w^(p u) sum_t a_t e^{2 pi i t u / r}}. */
  private void passAny(Panel panel, int r, int m, int p, int stride) {
    int run = stride * panel.width;
    for (int u = 0; u < r; u++) {
      int y = (r * p + u) * run;
      panel.clearNext(y, run);
      for (int t = 0; t < r; t++) {
        long k = (long) t * u % r * (n / r) + (long) p * u * stride;
        int w = (int) (k % n);
        panel.addTurned((p + t * m) * run, y, run, cosine[w], sine[w]);
      }
    }
  }
}
