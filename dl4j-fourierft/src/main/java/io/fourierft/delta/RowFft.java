package io.fourierft.delta;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Inverse discrete Fourier transform, {@code y[p] = sum_j x[j] e^{+2 pi i p j / n}}, of many
 * columns at once: row j of a panel holds element j of every column, so that each inner loop runs
 * over contiguous floats and the JIT compiler vectorises it. Stockham's autosorting decomposition
 * into factors 4, 2, 3, 5 and whatever primes remain.
 */
final class RowFft {
  private final int n;
  private final int[] factors;
  private final float[] cosine; // of 2 pi k / n
  private final float[] sine;

  RowFft(int n) {
    this.n = n;
    this.factors = factors(n);
    this.cosine = new float[n];
    this.sine = new float[n];
    for (int k = 0; k < n; k++) {
      cosine[k] = (float) Math.cos(2 * Math.PI * k / n);
      sine[k] = (float) Math.sin(2 * Math.PI * k / n);
    }
  }

  /** Factors of a length, 4 before 2, then ascending. */
  static int[] factors(int n) {
    List<Integer> factors = new ArrayList<>();
    int rest = n;
    while (rest % 4 == 0) {
      factors.add(4);
      rest /= 4;
    }
    for (int p = 2; p <= rest; p++) {
      while (rest % p == 0) {
        factors.add(p);
        rest /= p;
      }
    }
    return factors.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Transforms the panel in place; it holds n rows of {@code width} columns. */
  void transform(Panel panel) {
    int length = n;
    int stride = 1;
    for (int factor : factors) {
      switch (factor) {
        case 2 -> pass2(panel, length, stride);
        case 3 -> pass3(panel, length, stride);
        case 4 -> pass4(panel, length, stride);
        default -> pass(panel, length, stride, factor);
      }
      panel.swap();
      length /= factor;
      stride *= factor;
    }
  }

  private void pass2(Panel panel, int length, int stride) {
    int m = length / 2;
    int run = stride * panel.width;
    for (int p = 0; p < m; p++) {
      float wr = cosine[p * stride];
      float wi = sine[p * stride];
      int a = p * run;
      int b = a + m * run;
      int y = 2 * p * run;
      butterfly2(panel.re, panel.im, panel.re2, panel.im2, a, b, y, run, wr, wi);
    }
  }

  private static void butterfly2(
      float[] re,
      float[] im,
      float[] re2,
      float[] im2,
      int a,
      int b,
      int y,
      int run,
      float wr,
      float wi) {
    for (int i = 0; i < run; i++) {
      float ar = re[a + i];
      float ai = im[a + i];
      float br = re[b + i];
      float bi = im[b + i];
      re2[y + i] = ar + br;
      im2[y + i] = ai + bi;
      float dr = ar - br;
      float di = ai - bi;
      re2[y + run + i] = dr * wr - di * wi;
      im2[y + run + i] = dr * wi + di * wr;
    }
  }

  private void pass3(Panel panel, int length, int stride) {
    int m = length / 3;
    int run = stride * panel.width;
    for (int p = 0; p < m; p++) {
      int w = p * stride;
      butterfly3(panel, p * run, m * run, 3 * p * run, run, w, 2 * w);
    }
  }

  private void butterfly3(Panel panel, int a, int step, int y, int run, int w1, int w2) {
    float[] re = panel.re;
    float[] im = panel.im;
    float[] re2 = panel.re2;
    float[] im2 = panel.im2;
    float c1 = cosine[w1];
    float s1 = sine[w1];
    float c2 = cosine[w2];
    float s2 = sine[w2];
    float half = (float) Math.sqrt(0.75);
    for (int i = 0; i < run; i++) {
      float ar = re[a + i];
      float ai = im[a + i];
      float br = re[a + step + i];
      float bi = im[a + step + i];
      float cr = re[a + 2 * step + i];
      float ci = im[a + 2 * step + i];
      float sr = br + cr;
      float si = bi + ci;
      float dr = half * (br - cr);
      float di = half * (bi - ci);
      float mr = ar - 0.5f * sr;
      float mi = ai - 0.5f * si;
      re2[y + i] = ar + sr;
      im2[y + i] = ai + si;
      float ur = mr - di;
      float ui = mi + dr;
      float vr = mr + di;
      float vi = mi - dr;
      re2[y + run + i] = ur * c1 - ui * s1;
      im2[y + run + i] = ur * s1 + ui * c1;
      re2[y + 2 * run + i] = vr * c2 - vi * s2;
      im2[y + 2 * run + i] = vr * s2 + vi * c2;
    }
  }

  private void pass4(Panel panel, int length, int stride) {
    int m = length / 4;
    int run = stride * panel.width;
    for (int p = 0; p < m; p++) {
      int w = p * stride;
      butterfly4(panel, p * run, m * run, 4 * p * run, run, w);
    }
  }

  private void butterfly4(Panel panel, int a, int step, int y, int run, int w) {
    float[] re = panel.re;
    float[] im = panel.im;
    float[] re2 = panel.re2;
    float[] im2 = panel.im2;
    float c1 = cosine[w];
    float s1 = sine[w];
    float c2 = cosine[2 * w];
    float s2 = sine[2 * w];
    float c3 = cosine[3 * w];
    float s3 = sine[3 * w];
    for (int i = 0; i < run; i++) {
      float ar = re[a + i] + re[a + 2 * step + i];
      float ai = im[a + i] + im[a + 2 * step + i];
      float br = re[a + i] - re[a + 2 * step + i];
      float bi = im[a + i] - im[a + 2 * step + i];
      float cr = re[a + step + i] + re[a + 3 * step + i];
      float ci = im[a + step + i] + im[a + 3 * step + i];
      float dr = re[a + step + i] - re[a + 3 * step + i];
      float di = im[a + step + i] - im[a + 3 * step + i];
      re2[y + i] = ar + cr;
      im2[y + i] = ai + ci;
      float ur = br - di;
      float ui = bi + dr;
      re2[y + run + i] = ur * c1 - ui * s1;
      im2[y + run + i] = ur * s1 + ui * c1;
      float vr = ar - cr;
      float vi = ai - ci;
      re2[y + 2 * run + i] = vr * c2 - vi * s2;
      im2[y + 2 * run + i] = vr * s2 + vi * c2;
      float xr = br + di;
      float xi = bi - dr;
      re2[y + 3 * run + i] = xr * c3 - xi * s3;
      im2[y + 3 * run + i] = xr * s3 + xi * c3;
    }
  }

  /** Any factor r: {@code y_u = w^(p u) sum_t a_t e^{2 pi i t u / r}}. */
  private void pass(Panel panel, int length, int stride, int r) {
    int m = length / r;
    int run = stride * panel.width;
    for (int p = 0; p < m; p++) {
      for (int u = 0; u < r; u++) {
        int y = (r * p + u) * run;
        Arrays.fill(panel.re2, y, y + run, 0);
        Arrays.fill(panel.im2, y, y + run, 0);
        for (int t = 0; t < r; t++) {
          long k = (long) t * u % r * (n / r) + (long) p * u * stride;
          int w = (int) (k % n);
          addTurned(panel, (p + t * m) * run, y, run, cosine[w], sine[w]);
        }
      }
    }
  }

  private static void addTurned(Panel panel, int a, int y, int run, float c, float s) {
    float[] re = panel.re;
    float[] im = panel.im;
    float[] re2 = panel.re2;
    float[] im2 = panel.im2;
    for (int i = 0; i < run; i++) {
      re2[y + i] += re[a + i] * c - im[a + i] * s;
      im2[y + i] += re[a + i] * s + im[a + i] * c;
    }
  }

  /**
   * Some columns under transformation, real and imaginary parts apart, with room for the next pass.
   */
  static final class Panel {
    final int width;
    float[] re;
    float[] im;
    private float[] re2;
    private float[] im2;

    Panel(int rows, int width) {
      this.width = width;
      this.re = new float[rows * width];
      this.im = new float[rows * width];
      this.re2 = new float[rows * width];
      this.im2 = new float[rows * width];
    }

    private void swap() {
      float[] keptRe = re;
      float[] keptIm = im;
      re = re2;
      im = im2;
      re2 = keptRe;
      im2 = keptIm;
    }
  }
}
