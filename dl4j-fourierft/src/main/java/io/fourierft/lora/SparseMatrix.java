package io.fourierft.lora;

import java.util.HashMap;
import java.util.Map;

/**
 * A matrix by its entries; several at one place add up. Rows and columns without an entry should be
 * left out by the caller, as {@link FoldedSpectrum} does.
 */
record SparseMatrix(int rows, int cols, int[] row, int[] col, double[] value) {

  /** Returns {@code X v}. */
  double[] times(double[] v) {
    double[] product = new double[rows];
    for (int i = 0; i < value.length; i++) {
      product[row[i]] += value[i] * v[col[i]];
    }
    return product;
  }

  /** Returns {@code X^T u}. */
  double[] transposedTimes(double[] u) {
    double[] product = new double[cols];
    for (int i = 0; i < value.length; i++) {
      product[col[i]] += value[i] * u[row[i]];
    }
    return product;
  }

  /** Returns the squared Frobenius norm. */
  double squares() {
    Map<Long, Double> cells = new HashMap<>();
    for (int i = 0; i < value.length; i++) {
      cells.merge((long) row[i] * cols + col[i], value[i], Double::sum);
    }
    return cells.values().stream().mapToDouble(cell -> cell * cell).sum();
  }
}
