package io.fourierft.delta;

/**
 * The method's own basis: {@code cos(a + b) = cos a cos b - sin a sin b} with a over the rows and b
 * over the columns.
 */
record FourierBasis() implements DeltaBasis {
  @Override
  public int terms() {
    return 2;
  }

  @Override
  public double[][] vectors(Side side, int term, int length, int[] indices) {
    double[] circle = (term == 0 ? Wave.COSINE : Wave.SINE).circle(length);
    int sign = term == 1 && side == Side.ROWS ? -1 : 1;
    double[][] vectors = new double[indices.length][length];
    for (int i = 0; i < indices.length; i++) {
      for (int p = 0; p < length; p++) {
        // The product is reduced exactly, in integers, before it becomes an angle.
        vectors[i][p] = sign * circle[(int) ((long) p * indices[i] % length)];
      }
    }
    return vectors;
  }
}
