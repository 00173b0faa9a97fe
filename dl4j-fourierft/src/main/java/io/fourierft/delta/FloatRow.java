package io.fourierft.delta;

import java.util.Arrays;

/** A row of floats. */
final class FloatRow extends Row {
  private final float[] at;

  FloatRow(int length) {
    this.at = new float[length];
  }

  private static float[] of(Row row) {
    return ((FloatRow) row).at;
  }

  @Override
  void clear() {
    Arrays.fill(at, 0);
  }

  @Override
  void set(int index, double value) {
    at[index] = (float) value;
  }

  @Override
  double get(int index) {
    return at[index];
  }

  @Override
  void read(Cells cells, int from) {
    cells.floats.get(from, at);
  }

  @Override
  void write(Cells cells, int to) {
    cells.floats.put(to, at);
  }

  @Override
  void addScaled(double factor, Row other) {
    addScaled(at, (float) factor, of(other));
  }

  private static void addScaled(float[] sum, float factor, float[] vector) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += factor * vector[i];
    }
  }

  @Override
  double dot(Row other) {
    return dot(at, of(other));
  }

  private static float dot(float[] a, float[] b) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    int i = 0;
    for (; i + 3 < a.length; i += 4) {
      s0 += a[i] * b[i];
      s1 += a[i + 1] * b[i + 1];
      s2 += a[i + 2] * b[i + 2];
      s3 += a[i + 3] * b[i + 3];
    }
    for (; i < a.length; i++) {
      s0 += a[i] * b[i];
    }
    return (s0 + s1) + (s2 + s3);
  }

  @Override
  void unfold(Row odd, Row here, Row mirrored) {
    unfold(at, of(odd), of(here), of(mirrored));
  }

  private static void unfold(float[] e, float[] o, float[] here, float[] mirrored) {
    int cols = here.length;
    for (int q = 0; q < e.length; q++) {
      here[q] = e[q] - o[q];
      mirrored[q] = e[q] + o[q];
    }
    for (int q = 1; q <= (cols - 1) / 2; q++) {
      here[cols - q] = mirrored[q];
      mirrored[cols - q] = here[q];
    }
  }

  @Override
  void fold(Row even, Row odd) {
    fold(at, of(even), of(odd));
  }

  private static void fold(float[] whole, float[] e, float[] o) {
    int half = (whole.length - 1) / 2;
    System.arraycopy(whole, 0, e, 0, e.length);
    System.arraycopy(whole, 0, o, 0, o.length);
    for (int q = 1; q <= half; q++) {
      float mirrored = whole[whole.length - q];
      e[q] += mirrored;
      o[q] -= mirrored;
    }
  }

  @Override
  void fold(Row odd, Row here, Row mirrored) {
    fold(at, of(odd), of(here), of(mirrored));
  }

  private static void fold(float[] e, float[] o, float[] here, float[] mirrored) {
    int cols = here.length;
    for (int q = 0; q < e.length; q++) {
      e[q] = here[q] + mirrored[q];
      o[q] = here[q] - mirrored[q];
    }
    for (int q = 1; q <= (cols - 1) / 2; q++) {
      e[q] += here[cols - q] + mirrored[cols - q];
      o[q] -= here[cols - q] - mirrored[cols - q];
    }
  }

  @Override
  void butterfly(Row other) {
    butterfly(at, of(other));
  }

  private static void butterfly(float[] a, float[] b) {
    for (int i = 0; i < a.length; i++) {
      float sum = a[i] + b[i];
      b[i] = a[i] - b[i];
      a[i] = sum;
    }
  }

  @Override
  void foldTurn(Row sums, Row differences) {
    foldTurn(at, of(sums), of(differences));
  }

  private static void foldTurn(float[] whole, float[] sums, float[] differences) {
    int last = whole.length - 1;
    for (int p = 0; p < sums.length; p++) {
      float mirrored = last - p == p ? 0 : whole[last - p];
      sums[p] = whole[p] + mirrored;
      differences[p] = whole[p] - mirrored;
    }
  }
}
