package io.fourierft.spectral;

import java.util.Arrays;

/** Distinct entries of one matrix shape, in the order of the coefficients. Immutable. */
public final class EntryList {
  private final int rows;
  private final int cols;
  private final long[] flat;

  /**
   * Creates the list.
   *
   * @param rows rows of the matrix
   * @param cols columns of the matrix
   * @param flat row-major indices, {@code row * cols + column}, each at most once
   */
  public EntryList(int rows, int cols, long[] flat) {
    this.rows = rows;
    this.cols = cols;
    this.flat = flat.clone();
    long cells = Entries.cells(rows, cols);
    for (long index : this.flat) {
      if (index < 0 || index >= cells) {
        throw new IllegalArgumentException(
            "explicit entry expected 0 to " + (cells - 1) + " but found " + index + where());
      }
    }
    long[] sorted = this.flat.clone();
    Arrays.sort(sorted);
    for (int i = 1; i < sorted.length; i++) {
      if (sorted[i] == sorted[i - 1]) {
        throw new IllegalArgumentException(
            "explicit entries expected distinct but found " + sorted[i] + " twice" + where());
      }
    }
  }

  /**
   * Returns the rows of the matrix.
   *
   * @return the rows
   */
  public int rows() {
    return rows;
  }

  /**
   * Returns the columns of the matrix.
   *
   * @return the columns
   */
  public int cols() {
    return cols;
  }

  /**
   * Returns how many entries there are.
   *
   * @return the number of entries
   */
  public int size() {
    return flat.length;
  }

  /**
   * Returns the row-major index of one entry.
   *
   * @param entry position in the list
   * @return {@code row * cols + column}
   */
  public long flat(int entry) {
    return flat[entry];
  }

  private String where() {
    return " (shape [" + rows + ", " + cols + "])";
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EntryList that
        && rows == that.rows
        && cols == that.cols
        && Arrays.equals(flat, that.flat);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * rows + cols) + Arrays.hashCode(flat);
  }

  @Override
  public String toString() {
    return "EntryList[" + rows + " x " + cols + ", " + flat.length + " entries]";
  }
}
