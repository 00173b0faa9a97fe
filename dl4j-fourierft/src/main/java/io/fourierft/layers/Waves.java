package io.fourierft.layers;

import io.fourierft.spectral.Entries;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The columns of a delta's factors: {@code dW^T = right diag(c, c) left} up to the scaling. */
final class Waves {
  private Waves() {}

  /** cos and sin of {@code 2 pi q k_l / cols}, {@code [cols, 2n]}. */
  static INDArray right(Entries entries, DataType type) {
    int n = entries.size();
    double[][] table = new double[entries.cols()][2 * n];
    for (int l = 0; l < n; l++) {
      for (int q = 0; q < table.length; q++) {
        double angle = angle(q, entries.column(l), table.length);
        table[q][l] = Math.cos(angle);
        table[q][n + l] = Math.sin(angle);
      }
    }
    return typed(table, type);
  }

  /** cos and -sin of {@code 2 pi p j_l / rows}, {@code [2n, rows]}. */
  static INDArray left(Entries entries, DataType type) {
    int n = entries.size();
    double[][] table = new double[2 * n][entries.rows()];
    for (int l = 0; l < n; l++) {
      for (int p = 0; p < entries.rows(); p++) {
        double angle = angle(p, entries.row(l), entries.rows());
        table[l][p] = Math.cos(angle);
        table[n + l][p] = -Math.sin(angle);
      }
    }
    return typed(table, type);
  }

  static INDArray zeros(DataType type, long length) {
    return Nd4j.create(type, length);
  }

  /** The product is reduced exactly, in integers, before it becomes an angle. */
  private static double angle(int at, int frequency, int length) {
    return 2 * Math.PI * ((long) at * frequency % length) / length;
  }

  private static INDArray typed(double[][] table, DataType type) {
    try (INDArray wide = Nd4j.createFromArray(table)) {
      return type == DataType.DOUBLE ? wide.dup('c') : wide.castTo(type);
    }
  }
}
