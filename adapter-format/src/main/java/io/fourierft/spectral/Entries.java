package io.fourierft.spectral;

import java.util.Arrays;
import java.util.Objects;

/**
 * The n entries (row, column) of a spectrum of one shape, in the order of the coefficients.
 * Immutable, distinct, shared by all layers of the shape.
 */
public final class Entries {
  private final EntryRule rule;
  private final int rows;
  private final int cols;
  private final int[] entryRows;
  private final int[] entryColumns;

  private Entries(EntryRule rule, int rows, int cols, long[] flat) {
    this.rule = rule;
    this.rows = rows;
    this.cols = cols;
    this.entryRows = new int[flat.length];
    this.entryColumns = new int[flat.length];
    for (int l = 0; l < flat.length; l++) {
      entryRows[l] = (int) (flat[l] / cols);
      entryColumns[l] = (int) (flat[l] % cols);
    }
  }

  /**
   * Chooses the entries of a matrix.
   *
   * @param rule how to choose
   * @param rows rows of the matrix (output features)
   * @param cols columns of the matrix (input features)
   * @param n how many entries, 1 to {@code rows * cols}
   * @return the entries
   */
  public static Entries of(EntryRule rule, int rows, int cols, int n) {
    Objects.requireNonNull(rule, "rule");
    long cells = cells(rows, cols);
    if (n < 1 || n > cells) {
      throw new IllegalArgumentException(
          String.format(
              "number of entries expected 1 to %d but found %d (shape [%d, %d])",
              cells, n, rows, cols));
    }
    return new Entries(rule, rows, cols, flat(rule, rows, cols, n));
  }

  private static long[] flat(EntryRule rule, int rows, int cols, int n) {
    if (rule instanceof EntryRule.Seeded seeded) {
      return TorchRandperm.prefix((long) rows * cols, n, seeded.seed(), seeded.algorithm());
    }
    if (rule instanceof EntryRule.BandPass bandPass) {
      return BandPassDraw.draw(bandPass, rows, cols, n);
    }
    return written((EntryRule.Explicit) rule, rows, cols, n);
  }

  private static long[] written(EntryRule.Explicit rule, int rows, int cols, int n) {
    for (EntryList list : rule.lists()) {
      if (list.rows() == rows && list.cols() == cols) {
        if (list.size() < n) {
          throw new IllegalArgumentException(
              String.format(
                  "explicit entries expected at least %d but found %d (shape [%d, %d])",
                  n, list.size(), rows, cols));
        }
        long[] flat = new long[n];
        Arrays.setAll(flat, list::flat);
        return flat;
      }
    }
    throw new IllegalArgumentException(
        String.format(
            "explicit entries expected a list of shape [%d, %d] but found none among %d lists",
            rows, cols, rule.lists().size()));
  }

  static long cells(int rows, int cols) {
    if (rows < 1 || cols < 1) {
      throw new IllegalArgumentException(
          String.format("matrix shape expected sides >= 1 but found [%d, %d]", rows, cols));
    }
    return (long) rows * cols;
  }

  /**
   * Returns the rule that chose these entries.
   *
   * @return the rule
   */
  public EntryRule rule() {
    return rule;
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
   * Returns the number of entries.
   *
   * @return n
   */
  public int size() {
    return entryRows.length;
  }

  /**
   * Returns the row of one entry.
   *
   * @param l number of the entry, 0 to {@code size() - 1}
   * @return its row
   */
  public int row(int l) {
    return entryRows[l];
  }

  /**
   * Returns the column of one entry.
   *
   * @param l number of the entry, 0 to {@code size() - 1}
   * @return its column
   */
  public int column(int l) {
    return entryColumns[l];
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Entries that
        && rows == that.rows
        && cols == that.cols
        && rule.equals(that.rule)
        && Arrays.equals(entryRows, that.entryRows)
        && Arrays.equals(entryColumns, that.entryColumns);
  }

  @Override
  public int hashCode() {
    return Objects.hash(rule, rows, cols, size());
  }

  @Override
  public String toString() {
    return "Entries[" + size() + " of " + rows + " x " + cols + ", " + rule + "]";
  }
}
