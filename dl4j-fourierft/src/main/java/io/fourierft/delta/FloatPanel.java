package io.fourierft.delta;

import java.util.Arrays;

/** A panel of floats. */
final class FloatPanel extends Panel {
  private static final float HALF_ROOT_3 = (float) Math.sqrt(0.75);

  private float[] re;
  private float[] im;
  private float[] re2 = {};
  private float[] im2 = {};

  FloatPanel(int rows, int width) {
    super(width);
    this.re = new float[Math.multiplyExact(rows, width)];
    this.im = new float[re.length];
  }

  private static FloatPanel of(Panel panel) {
    return (FloatPanel) panel;
  }

  @Override
  void clear() {
    Arrays.fill(re, 0);
    Arrays.fill(im, 0);
  }

  @Override
  void add(int cell, double value) {
    re[cell] += (float) value;
  }

  @Override
  double real(int cell) {
    return re[cell];
  }

  @Override
  void addScaled(int row, double factor, Panel other, int otherRow) {
    FloatPanel from = of(other);
    addScaled(re, row * width, (float) factor, from.re, otherRow * width, width);
    addScaled(im, row * width, (float) factor, from.im, otherRow * width, width);
  }

  private static void addScaled(float[] sum, int y, float factor, float[] from, int x, int count) {
    for (int i = 0; i < count; i++) {
      sum[y + i] += factor * from[x + i];
    }
  }

  @Override
  double dot(int row, Panel other, int otherRow) {
    FloatPanel with = of(other);
    int x = row * width;
    int y = otherRow * width;
    return dot(re, x, with.re, y, width) + dot(im, x, with.im, y, width);
  }

  private static float dot(float[] a, int x, float[] b, int y, int count) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
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
    FloatPanel target = of(to);
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
    FloatPanel source = of(from);
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
    FloatPanel from = of(half);
    int at = j * from.width;
    from.joinInto(this, j * width, at + a, countA, at + b, countB, 1);
    if (mirror != j) {
      from.joinInto(this, mirror * width, at + a, countA, at + b, countB, -1);
    }
  }

  /** The sign of the imaginary parts tells a row from its mirror image. */
  private void joinInto(FloatPanel to, int y, int a, int countA, int b, int countB, float sign) {
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
    FloatPanel to = of(half);
    int at = j * to.width;
    int y = j * width;
    int m = mirror * width;
    for (int i = 0; i < countA; i++) {
      to.re[at + a + i] = 0.5f * (re[y + i] + re[m + i]);
      to.im[at + a + i] = 0.5f * (im[y + i] - im[m + i]);
    }
    for (int i = 0; i < countB; i++) {
      to.re[at + b + i] = 0.5f * (im[y + i] + im[m + i]);
      to.im[at + b + i] = 0.5f * (re[m + i] - re[y + i]);
    }
  }

  @Override
  void write(int row, Cells cells, int a, int countA, int b, int countB) {
    cells.floats.put(a, re, row * width, countA);
    cells.floats.put(b, im, row * width, countB);
  }

  @Override
  void read(int row, Cells cells, int a, int countA, int b, int countB) {
    cells.floats.get(a, re, row * width, countA);
    cells.floats.get(b, im, row * width, countB);
  }

  @Override
  void readColumns(Cells cells, int from, int count, int length) {
    float[] block = new float[BLOCK];
    for (int start = 0; start < length; start += BLOCK) {
      int size = Math.min(BLOCK, length - start);
      for (int t = 0; t < count; t++) {
        cells.floats.get(from + t * length + start, block, 0, size);
        float[] part = t % 2 == 0 ? re : im;
        for (int i = 0; i < size; i++) {
          part[(start + i) * width + t / 2] = block[i];
        }
      }
    }
  }

  @Override
  void addColumns(double factor, Cells cells, int to, int count, int length) {
    float[] block = new float[BLOCK];
    for (int start = 0; start < length; start += BLOCK) {
      int size = Math.min(BLOCK, length - start);
      for (int t = 0; t < count; t++) {
        int at = to + t * length + start;
        cells.floats.get(at, block, 0, size);
        float[] part = t % 2 == 0 ? re : im;
        for (int i = 0; i < size; i++) {
          block[i] += (float) factor * part[(start + i) * width + t / 2];
        }
        cells.floats.put(at, block, 0, size);
      }
    }
  }

  @Override
  void begin() {
    if (re2.length == 0) {
      re2 = new float[re.length];
      im2 = new float[re.length];
    }
  }

  @Override
  void swap() {
    float[] kept = re;
    re = re2;
    re2 = kept;
    kept = im;
    im = im2;
    im2 = kept;
  }

  @Override
  void pass2(int a, int b, int y, int run, double c, double s) {
    pass2(re, im, re2, im2, a, b, y, run, (float) c, (float) s);
  }

  private static void pass2(
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

  @Override
  void pass3(int a, int step, int y, int run, double[] turn) {
    float[] re = this.re;
    float[] im = this.im;
    float[] re2 = this.re2;
    float[] im2 = this.im2;
    float c1 = (float) turn[0];
    float s1 = (float) turn[1];
    float c2 = (float) turn[2];
    float s2 = (float) turn[3];
    for (int i = 0; i < run; i++) {
      float ar = re[a + i];
      float ai = im[a + i];
      float br = re[a + step + i];
      float bi = im[a + step + i];
      float cr = re[a + 2 * step + i];
      float ci = im[a + 2 * step + i];
      float sr = br + cr;
      float si = bi + ci;
      float dr = HALF_ROOT_3 * (br - cr);
      float di = HALF_ROOT_3 * (bi - ci);
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

  @Override
  void pass4(int a, int step, int y, int run, double[] turn) {
    float[] re = this.re;
    float[] im = this.im;
    float[] re2 = this.re2;
    float[] im2 = this.im2;
    float c1 = (float) turn[0];
    float s1 = (float) turn[1];
    float c2 = (float) turn[2];
    float s2 = (float) turn[3];
    float c3 = (float) turn[4];
    float s3 = (float) turn[5];
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

  @Override
  void clearNext(int y, int run) {
    Arrays.fill(re2, y, y + run, 0);
    Arrays.fill(im2, y, y + run, 0);
  }

  @Override
  void addTurned(int a, int y, int run, double cosine, double sine) {
    float[] re = this.re;
    float[] im = this.im;
    float[] re2 = this.re2;
    float[] im2 = this.im2;
    float c = (float) cosine;
    float s = (float) sine;
    for (int i = 0; i < run; i++) {
      re2[y + i] += re[a + i] * c - im[a + i] * s;
      im2[y + i] += re[a + i] * s + im[a + i] * c;
    }
  }
}
