package io.fourierft.delta;

import java.util.Arrays;

/** A panel of doubles. */
final class DoublePanel extends Panel {
  private static final double HALF_ROOT_3 = Math.sqrt(0.75);

  private double[] re;
  private double[] im;
  private double[] re2 = {};
  private double[] im2 = {};

  DoublePanel(int rows, int width) {
    super(width);
    this.re = new double[Math.multiplyExact(rows, width)];
    this.im = new double[re.length];
  }

  private static DoublePanel of(Panel panel) {
    return (DoublePanel) panel;
  }

  @Override
  void clear() {
    Arrays.fill(re, 0);
    Arrays.fill(im, 0);
  }

  @Override
  void add(int cell, double value) {
    re[cell] += value;
  }

  @Override
  double real(int cell) {
    return re[cell];
  }

  @Override
  void addScaled(int row, double factor, Panel other, int otherRow) {
    DoublePanel from = of(other);
    addScaled(re, row * width, factor, from.re, otherRow * width, width);
    addScaled(im, row * width, factor, from.im, otherRow * width, width);
  }

  private static void addScaled(
      double[] sum, int y, double factor, double[] from, int x, int count) {
    for (int i = 0; i < count; i++) {
      sum[y + i] += factor * from[x + i];
    }
  }

  @Override
  double dot(int row, Panel other, int otherRow) {
    DoublePanel with = of(other);
    int x = row * width;
    int y = otherRow * width;
    return dot(re, x, with.re, y, width) + dot(im, x, with.im, y, width);
  }

  private static double dot(double[] a, int x, double[] b, int y, int count) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i + 3 < count; i += 4) {
      s0 += a[x + i] * b[y + i];
      s1 += a[x + i + 1] * b[y + i + 1];
      s2 += a[x + i + 2] * b[y + i + 2];
      s3 += a[x + i + 3] * b[y + i + 3];
    }
    for (; i < count; i++) {
      s0 += a[x + i] * b[y + i];
    }
    return (s0 + s1) + (s2 + s3);
  }

  @Override
  void columnsTo(Panel to, int first, int count) {
    DoublePanel target = of(to);
    for (int j = 0; j < count; j++) {
      int at = (first + j) * target.width;
      for (int q = 0; q < target.width; q++) {
        target.re[at + q] = re[q * width + j];
        target.im[at + q] = im[q * width + j];
      }
    }
  }

  @Override
  void columnsFrom(Panel from, int first, int count) {
    DoublePanel source = of(from);
    for (int j = 0; j < count; j++) {
      int at = (first + j) * source.width;
      for (int q = 0; q < source.width; q++) {
        re[q * width + j] = source.re[at + q];
        im[q * width + j] = source.im[at + q];
      }
    }
  }

  @Override
  void join(int j, int mirror, Panel half, int a, int countA, int b, int countB) {
    DoublePanel from = of(half);
    int at = j * from.width;
    from.joinInto(this, j * width, at + a, countA, at + b, countB, 1);
    if (mirror != j) {
      from.joinInto(this, mirror * width, at + a, countA, at + b, countB, -1);
    }
  }

  /** The sign of the imaginary parts tells a row from its mirror image. */
  private void joinInto(DoublePanel to, int y, int a, int countA, int b, int countB, double sign) {
    for (int i = 0; i < countA; i++) {
      to.re[y + i] = re[a + i];
      to.im[y + i] = sign * im[a + i];
    }
    for (int i = 0; i < countB; i++) {
      to.re[y + i] -= sign * im[b + i];
      to.im[y + i] += re[b + i];
    }
  }

  @Override
  void split(int j, int mirror, Panel half, int a, int countA, int b, int countB) {
    DoublePanel to = of(half);
    int at = j * to.width;
    int y = j * width;
    int m = mirror * width;
    for (int i = 0; i < countA; i++) {
      to.re[at + a + i] = 0.5 * (re[y + i] + re[m + i]);
      to.im[at + a + i] = 0.5 * (im[y + i] - im[m + i]);
    }
    for (int i = 0; i < countB; i++) {
      to.re[at + b + i] = 0.5 * (im[y + i] + im[m + i]);
      to.im[at + b + i] = 0.5 * (re[m + i] - re[y + i]);
    }
  }

  @Override
  void write(int row, Cells cells, int a, int countA, int b, int countB) {
    cells.doubles.put(a, re, row * width, countA);
    cells.doubles.put(b, im, row * width, countB);
  }

  @Override
  void read(int row, Cells cells, int a, int countA, int b, int countB) {
    cells.doubles.get(a, re, row * width, countA);
    cells.doubles.get(b, im, row * width, countB);
  }

  @Override
  void readColumns(Cells cells, int from, int count, int length) {
    double[] block = new double[BLOCK];
    for (int start = 0; start < length; start += BLOCK) {
      int size = Math.min(BLOCK, length - start);
      for (int t = 0; t < count; t++) {
        cells.doubles.get(from + t * length + start, block, 0, size);
        double[] part = t % 2 == 0 ? re : im;
        for (int i = 0; i < size; i++) {
          part[(start + i) * width + t / 2] = block[i];
        }
      }
    }
  }

  @Override
  void addColumns(double factor, Cells cells, int to, int count, int length) {
    double[] block = new double[BLOCK];
    for (int start = 0; start < length; start += BLOCK) {
      int size = Math.min(BLOCK, length - start);
      for (int t = 0; t < count; t++) {
        int at = to + t * length + start;
        cells.doubles.get(at, block, 0, size);
        double[] part = t % 2 == 0 ? re : im;
        for (int i = 0; i < size; i++) {
          block[i] += factor * part[(start + i) * width + t / 2];
        }
        cells.doubles.put(at, block, 0, size);
      }
    }
  }

  @Override
  void begin() {
    if (re2.length == 0) {
      re2 = new double[re.length];
      im2 = new double[re.length];
    }
  }

  @Override
  void swap() {
    double[] kept = re;
    re = re2;
    re2 = kept;
    kept = im;
    im = im2;
    im2 = kept;
  }

  @Override
  void pass2(int a, int b, int y, int run, double c, double s) {
    pass2(re, im, re2, im2, a, b, y, run, c, s);
  }

  private static void pass2(
      double[] re,
      double[] im,
      double[] re2,
      double[] im2,
      int a,
      int b,
      int y,
      int run,
      double wr,
      double wi) {
    for (int i = 0; i < run; i++) {
      double ar = re[a + i];
      double ai = im[a + i];
      double br = re[b + i];
      double bi = im[b + i];
      re2[y + i] = ar + br;
      im2[y + i] = ai + bi;
      double dr = ar - br;
      double di = ai - bi;
      re2[y + run + i] = dr * wr - di * wi;
      im2[y + run + i] = dr * wi + di * wr;
    }
  }

  @Override
  void pass3(int a, int step, int y, int run, double[] turn) {
    double[] re = this.re;
    double[] im = this.im;
    double[] re2 = this.re2;
    double[] im2 = this.im2;
    double c1 = turn[0];
    double s1 = turn[1];
    double c2 = turn[2];
    double s2 = turn[3];
    for (int i = 0; i < run; i++) {
      double ar = re[a + i];
      double ai = im[a + i];
      double br = re[a + step + i];
      double bi = im[a + step + i];
      double cr = re[a + 2 * step + i];
      double ci = im[a + 2 * step + i];
      double sr = br + cr;
      double si = bi + ci;
      double dr = HALF_ROOT_3 * (br - cr);
      double di = HALF_ROOT_3 * (bi - ci);
      double mr = ar - 0.5 * sr;
      double mi = ai - 0.5 * si;
      re2[y + i] = ar + sr;
      im2[y + i] = ai + si;
      double ur = mr - di;
      double ui = mi + dr;
      double vr = mr + di;
      double vi = mi - dr;
      re2[y + run + i] = ur * c1 - ui * s1;
      im2[y + run + i] = ur * s1 + ui * c1;
      re2[y + 2 * run + i] = vr * c2 - vi * s2;
      im2[y + 2 * run + i] = vr * s2 + vi * c2;
    }
  }

  @Override
  void pass4(int a, int step, int y, int run, double[] turn) {
    double[] re = this.re;
    double[] im = this.im;
    double[] re2 = this.re2;
    double[] im2 = this.im2;
    double c1 = turn[0];
    double s1 = turn[1];
    double c2 = turn[2];
    double s2 = turn[3];
    double c3 = turn[4];
    double s3 = turn[5];
    for (int i = 0; i < run; i++) {
      double ar = re[a + i] + re[a + 2 * step + i];
      double ai = im[a + i] + im[a + 2 * step + i];
      double br = re[a + i] - re[a + 2 * step + i];
      double bi = im[a + i] - im[a + 2 * step + i];
      double cr = re[a + step + i] + re[a + 3 * step + i];
      double ci = im[a + step + i] + im[a + 3 * step + i];
      double dr = re[a + step + i] - re[a + 3 * step + i];
      double di = im[a + step + i] - im[a + 3 * step + i];
      re2[y + i] = ar + cr;
      im2[y + i] = ai + ci;
      double ur = br - di;
      double ui = bi + dr;
      re2[y + run + i] = ur * c1 - ui * s1;
      im2[y + run + i] = ur * s1 + ui * c1;
      double vr = ar - cr;
      double vi = ai - ci;
      re2[y + 2 * run + i] = vr * c2 - vi * s2;
      im2[y + 2 * run + i] = vr * s2 + vi * c2;
      double xr = br + di;
      double xi = bi - dr;
      re2[y + 3 * run + i] = xr * c3 - xi * s3;
      im2[y + 3 * run + i] = xr * s3 + xi * c3;
    }
  }

  @Override
  void clearNext(int y, int run) {
    Arrays.fill(re2, y, y + run, 0);
    Arrays.fill(im2, y, y + run, 0);
  }

  @Override
  void addTurned(int a, int y, int run, double cosine, double sine) {
    double[] re = this.re;
    double[] im = this.im;
    double[] re2 = this.re2;
    double[] im2 = this.im2;
    double c = cosine;
    double s = sine;
    for (int i = 0; i < run; i++) {
      re2[y + i] += re[a + i] * c - im[a + i] * s;
      im2[y + i] += re[a + i] * s + im[a + i] * c;
    }
  }
}
