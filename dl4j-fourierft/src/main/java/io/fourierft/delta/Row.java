package io.fourierft.delta;

import org.nd4j.linalg.api.buffer.DataType;

/**
 * A short vector on the heap, of floats or doubles: the loops of {@link FoldedGemm} that the JIT
 * compiler is to vectorise. Rows that meet are of one type.
 */
abstract sealed class Row permits FloatRow, DoubleRow {

  static Row of(DataType type, int length) {
    return type == DataType.FLOAT ? new FloatRow(length) : new DoubleRow(length);
  }

  abstract void clear();

  abstract void set(int index, double value);

  abstract double get(int index);

  /** Fills the row from a matrix. */
  abstract void read(Cells cells, int at);

  /** Writes the row into a matrix. */
  abstract void write(Cells cells, int at);

  /** {@code this += factor * other}. */
  abstract void addScaled(double factor, Row other);

  /** Sum of the products. */
  abstract double dot(Row other);

  /**
   * Takes this row as the even part, over half a period, and spreads it over the whole: {@code
   * here[q] = E[q] - O[q]} and {@code here[-q] = E[q] + O[q]}, and the reverse in {@code mirrored}.
   */
  abstract void unfold(Row odd, Row here, Row mirrored);

  /** Gathers this whole row onto half a period: {@code x[q] + x[-q]} and {@code x[q] - x[-q]}. */
  abstract void fold(Row even, Row odd);

  /** The adjoint of {@link #unfold}: gathers whole rows into this row and the odd one. */
  abstract void fold(Row odd, Row here, Row mirrored);

  /** Replaces this row by the sum and the other by the difference of the two. */
  abstract void butterfly(Row other);

  /**
   * Folds positions p and {@code length - 1 - p} into their sum and their difference; the middle
   * one, if there is one, goes into both.
   */
  abstract void foldTurn(Row sums, Row differences);
}
