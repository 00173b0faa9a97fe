package io.fourierft.delta;

/**
 * The random basis of the paper's Table 6: B1 and B2 of independent standard normal numbers.
 *
 * @param seed of the numbers
 */
record NormalBasis(long seed) implements DeltaBasis {
  @Override
  public int terms() {
    return 1;
  }

  @Override
  public double[][] vectors(Side side, int term, int length, int[] indices) {
    double[][] vectors = new double[indices.length][length];
    for (int i = 0; i < indices.length; i++) {
      Normals.fill(seed, side, indices[i], vectors[i], length);
    }
    return vectors;
  }
}
