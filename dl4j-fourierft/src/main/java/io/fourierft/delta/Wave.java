package io.fourierft.delta;

/** The function of a table over half a period's worth of positions. */
enum Wave {
  COSINE,
  SINE;

  /**
   * Half tables, one per frequency: position p holds cos or sin of {@code 2 pi p frequency /
   * length} for {@code p <= length / 2}.
   */
  float[][] table(int length, int[] frequencies) {
    double[] circle = new double[length];
    for (int m = 0; m < length; m++) {
      double angle = 2 * Math.PI * m / length;
      circle[m] = this == COSINE ? Math.cos(angle) : Math.sin(angle);
    }
    float[][] table = new float[frequencies.length][length / 2 + 1];
    for (int i = 0; i < frequencies.length; i++) {
      for (int p = 0; p <= length / 2; p++) {
        // The product is reduced exactly, in integers, before it becomes an angle.
        table[i][p] = (float) circle[(int) ((long) p * frequencies[i] % length)];
      }
    }
    return table;
  }
}
