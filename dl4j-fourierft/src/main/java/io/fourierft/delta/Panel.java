package io.fourierft.delta;

import org.nd4j.linalg.api.buffer.DataType;

/**
 * A complex matrix on the heap, real and imaginary parts apart, row-major, of floats or doubles.
 * Columns are transformed together, so that each inner loop runs over contiguous numbers and the
 * JIT compiler vectorises it. Panels that meet are of one type.
 */
abstract sealed class Panel permits FloatPanel, DoublePanel {
  /** Numbers of a row that are moved together, so that both ends stay in the nearest cache. */
  static final int BLOCK = 64;

  final int width;

  Panel(int width) {
    this.width = width;
  }

  static Panel of(DataType type, int rows, int width) {
    return type == DataType.FLOAT ? new FloatPanel(rows, width) : new DoublePanel(rows, width);
  }

  abstract void clear();

  /** Adds to the real part of a cell. */
  abstract void add(int cell, double value);

  /** Real part of a cell. */
  abstract double real(int cell);

  /** {@code this[row] += factor * other[otherRow]}, for complex rows and a real factor. */
  abstract void addScaled(int row, double factor, Panel other, int otherRow);

  /** {@code Re(sum of this[row] conj(other[otherRow]))}. */
  abstract double dot(int row, Panel other, int otherRow);

  /** Makes column j a row of {@code to}, from row {@code first} on, for {@code count} columns. */
  abstract void columnsTo(Panel to, int first, int count);

  /** The reverse of {@link #columnsTo}. */
  abstract void columnsFrom(Panel from, int first, int count);

  /**
   * Sets row j and its mirror image to {@code Z_a + i Z_b}, where the columns from {@code a} and
   * {@code b} on of a Hermitian spectrum's row j are Z_a and Z_b.
   */
  abstract void join(int j, int mirror, Panel half, int a, int countA, int b, int countB);

  /** The reverse of {@link #join}: tells the two real columns' spectra apart. */
  abstract void split(int j, int mirror, Panel half, int a, int countA, int b, int countB);

  /** Writes the real parts of a row to one place and the imaginary parts to another. */
  abstract void write(int row, Cells cells, int a, int countA, int b, int countB);

  /** The reverse of {@link #write}. */
  abstract void read(int row, Cells cells, int a, int countA, int b, int countB);

  /**
   * Reads rows of a matrix into the columns: the first as the real parts of column 0, the second as
   * its imaginary parts, and so on.
   */
  abstract void readColumns(Cells cells, int from, int count, int length);

  /** Adds {@code factor} times what {@link #readColumns} would have read to the rows. */
  abstract void addColumns(double factor, Cells cells, int to, int count, int length);

  // Passes of an FFT: they read this panel and write the next state, which swap() makes current.

  /** Makes room for the passes. */
  abstract void begin();

  abstract void swap();

  abstract void pass2(int a, int b, int y, int run, double c, double s);

  abstract void pass3(int a, int step, int y, int run, double[] turn);

  abstract void pass4(int a, int step, int y, int run, double[] turn);

  abstract void clearNext(int y, int run);

  abstract void addTurned(int a, int y, int run, double c, double s);
}
