package io.fourierft.delta;

import org.nd4j.linalg.api.buffer.DataType;

/** Cosine or sine, tabulated for the angles {@code 2 pi p frequency / length}. */
enum Wave {
  COSINE,
  SINE;

  /** The function of {@code 2 pi m / length} for m = 0 .. length - 1. */
  double[] circle(int length) {
    double[] circle = new double[length];
    for (int m = 0; m < length; m++) {
      double angle = 2 * Math.PI * m / length;
      circle[m] = this == COSINE ? Math.cos(angle) : Math.sin(angle);
    }
    return circle;
  }

  /** Half tables, one per frequency: position p for {@code p <= length / 2}. */
  Row[] table(DataType type, int length, int[] frequencies) {
    double[] circle = circle(length);
    Row[] table = new Row[frequencies.length];
    for (int i = 0; i < table.length; i++) {
      table[i] = Row.of(type, length / 2 + 1);
      for (int p = 0; p <= length / 2; p++) {
        // The product is reduced exactly, in integers, before it becomes an angle.
        table[i].set(p, circle[(int) ((long) p * frequencies[i] % length)]);
      }
    }
    return table;
  }
}
