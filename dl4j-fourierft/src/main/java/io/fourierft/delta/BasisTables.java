package io.fourierft.delta;

import io.fourierft.delta.DeltaBasis.Side;
import io.fourierft.spectral.Entries;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The outer products of all entries as two matrices: {@code dW = s left^T diag(c) right}, where the
 * coefficients are repeated for each term of the basis. Row {@code term * n + l} belongs to entry
 * l.
 */
public final class BasisTables implements AutoCloseable {
  private static final int BLOCK = 128;

  private final INDArray left; // [terms * n, rows]
  private final INDArray right; // [terms * n, cols]

  private BasisTables(INDArray left, INDArray right) {
    this.left = left;
    this.right = right;
  }

  /**
   * Builds the tables.
   *
   * @param entries shape and entries
   * @param basis what the coefficients weight
   * @param type element type, FLOAT or DOUBLE
   * @return the tables; the caller closes them
   */
  public static BasisTables of(Entries entries, DeltaBasis basis, DataType type) {
    return new BasisTables(
        table(entries, basis, Side.ROWS, type), table(entries, basis, Side.COLUMNS, type));
  }

  private static INDArray table(Entries entries, DeltaBasis basis, Side side, DataType type) {
    int n = entries.size();
    int length = side == Side.ROWS ? entries.rows() : entries.cols();
    int[] index =
        IntStream.range(0, n)
            .map(l -> side == Side.ROWS ? entries.row(l) : entries.column(l))
            .toArray();
    int[] distinct = IntStream.of(index).sorted().distinct().toArray();
    INDArray table = Nd4j.createUninitialized(type, (long) basis.terms() * n, length);
    for (int term = 0; term < basis.terms(); term++) {
      for (int from = 0; from < distinct.length; from += BLOCK) {
        int[] block = Arrays.copyOfRange(distinct, from, Math.min(distinct.length, from + BLOCK));
        double[][] vectors = basis.vectors(side, term, length, block);
        for (int l = 0; l < n; l++) {
          int at = Arrays.binarySearch(block, index[l]);
          if (at >= 0) {
            assign(table.getRow((long) term * n + l), vectors[at]);
          }
        }
      }
    }
    return table;
  }

  private static void assign(INDArray row, double[] vector) {
    try (INDArray values = Nd4j.createFromArray(vector)) {
      row.assign(values);
    }
  }

  /**
   * The factors over the rows.
   *
   * @return {@code [terms * n, rows]}; stays with this object
   */
  public INDArray left() {
    return left;
  }

  /**
   * The factors over the columns.
   *
   * @return {@code [terms * n, cols]}; stays with this object
   */
  public INDArray right() {
    return right;
  }

  @Override
  public void close() {
    left.close();
    right.close();
  }
}
