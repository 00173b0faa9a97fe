package io.fourierft.delta;

import java.util.Arrays;

/**
 * The orthogonal basis of the paper's Table 6: {@code B = sqrt(d) Q} with Q a random orthogonal
 * matrix, uniform over all of them.
 *
 * <p>Q is the orthogonal factor of a matrix of normal numbers, made without the matrix (Stewart,
 * 1980): {@code Q = H_0 H_1 .. H_(d-2) D}, where reflection H_i is that of a normal vector of
 * length d - i, and D holds the signs that make the other factor's diagonal positive. Column j
 * needs the reflections up to j only.
 *
 * @param seed of the numbers
 */
record OrthogonalBasis(long seed) implements DeltaBasis {
  @Override
  public int terms() {
    return 1;
  }

  @Override
  public double[][] vectors(Side side, int term, int length, int[] indices) {
    int count = indices.length;
    double[][] rows = new double[length][count]; // of the wanted columns of Q
    double[] normal = new double[length];
    double[] products = new double[count];
    for (int i = length - 1; i >= 0; i--) {
      int found = Arrays.binarySearch(indices, i);
      int from = found >= 0 ? found : -found - 1; // the first column that H_i touches
      if (from == count) {
        continue;
      }
      Normals.fill(seed, side, i, normal, length - i);
      if (found >= 0) {
        rows[i][from] = i == length - 1 ? sign(normal[0]) : -sign(normal[0]);
      }
      if (i < length - 1) {
        reflect(rows, i, from, normal, products);
      }
    }
    return columns(rows, count, Math.sqrt(length));
  }

  private static double sign(double value) {
    return value < 0 ? -1 : 1;
  }

  /** Applies H_i to the columns from {@code from} on; the others are still zero below row i. */
  private static void reflect(
      double[][] rows, int i, int from, double[] normal, double[] products) {
    int length = rows.length - i;
    double square = 0;
    for (int t = 0; t < length; t++) {
      square += normal[t] * normal[t];
    }
    double head = normal[0];
    normal[0] = head + sign(head) * Math.sqrt(square);
    square += normal[0] * normal[0] - head * head;
    Arrays.fill(products, from, products.length, 0);
    for (int t = 0; t < length; t++) {
      addScaled(products, normal[t], rows[i + t], from);
    }
    for (int t = 0; t < length; t++) {
      addScaled(rows[i + t], -2 * normal[t] / square, products, from);
    }
  }

  private static void addScaled(double[] sum, double factor, double[] vector, int from) {
    for (int c = from; c < sum.length; c++) {
      sum[c] += factor * vector[c];
    }
  }

  private static double[][] columns(double[][] rows, int count, double factor) {
    double[][] columns = new double[count][rows.length];
    for (int p = 0; p < rows.length; p++) {
      for (int c = 0; c < count; c++) {
        columns[c][p] = factor * rows[p][c];
      }
    }
    return columns;
  }
}
