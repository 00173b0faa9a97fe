package io.fourierft.delta;

import io.fourierft.spectral.Entries;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Entries whose rows and columns are taken modulo the sign: {@code j} and {@code rows - j} become
 * one row, and the sign of the product of sines is kept.
 */
final class FoldedEntries {
  private final int[] rows;
  private final int[] columns;
  private final int[][] entriesOfRow;
  private final int[] column;
  private final double[] sign;

  private FoldedEntries(int[] foldedRow, int[] foldedColumn, double[] sign) {
    this.rows = distinct(foldedRow);
    this.columns = distinct(foldedColumn);
    this.column = positions(columns, foldedColumn);
    this.sign = sign;
    int[] row = positions(rows, foldedRow);
    int[] counts = new int[rows.length];
    for (int slot : row) {
      counts[slot]++;
    }
    this.entriesOfRow = new int[rows.length][];
    Arrays.setAll(entriesOfRow, slot -> new int[counts[slot]]);
    for (int l = row.length - 1; l >= 0; l--) {
      entriesOfRow[row[l]][--counts[row[l]]] = l;
    }
  }

  static FoldedEntries of(Entries entries) {
    int[] row = new int[entries.size()];
    int[] column = new int[entries.size()];
    double[] sign = new double[entries.size()];
    for (int l = 0; l < entries.size(); l++) {
      int j = entries.row(l);
      int k = entries.column(l);
      row[l] = Math.min(j, entries.rows() - j);
      column[l] = Math.min(k, entries.cols() - k);
      sign[l] = (row[l] == j) == (column[l] == k) ? 1 : -1;
    }
    return new FoldedEntries(row, column, sign);
  }

  private static int[] distinct(int[] values) {
    return IntStream.of(values).sorted().distinct().toArray();
  }

  private static int[] positions(int[] sorted, int[] values) {
    return IntStream.of(values).map(value -> Arrays.binarySearch(sorted, value)).toArray();
  }

  /** Number of entries. */
  int size() {
    return column.length;
  }

  /** The distinct folded rows, ascending; shared, not to be changed. */
  int[] rows() {
    return rows;
  }

  /** The distinct folded columns, ascending; shared, not to be changed. */
  int[] columns() {
    return columns;
  }

  /** The entries of the i-th folded row; shared, not to be changed. */
  int[] entriesOfRow(int i) {
    return entriesOfRow[i];
  }

  /** Which folded column an entry is of. */
  int column(int entry) {
    return column[entry];
  }

  /** Sign of the product of sines after folding. */
  double sign(int entry) {
    return sign[entry];
  }
}
