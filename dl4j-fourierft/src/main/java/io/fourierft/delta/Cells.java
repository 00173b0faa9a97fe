package io.fourierft.delta;

import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The memory of a host matrix, for bulk copies; valid as long as the matrix is. */
final class Cells {
  final FloatBuffer floats; // null for DOUBLE
  final DoubleBuffer doubles; // null for FLOAT

  private Cells(FloatBuffer floats, DoubleBuffer doubles) {
    this.floats = floats;
    this.doubles = doubles;
  }

  static Cells of(INDArray matrix) {
    if (!fits(matrix)) {
      throw new IllegalArgumentException(
          "weight change expected a contiguous matrix of FLOAT or DOUBLE below 2 GiB but found "
              + matrix.shapeInfoToString());
    }
    return matrix.dataType() == DataType.FLOAT
        ? new Cells(
            new FloatPointer(matrix.data().addressPointer()).capacity(matrix.length()).asBuffer(),
            null)
        : new Cells(
            null,
            new DoublePointer(matrix.data().addressPointer()).capacity(matrix.length()).asBuffer());
  }

  /** Whether a matrix lies in memory row by row, without gaps, and can be seen as one buffer. */
  static boolean fits(INDArray matrix) {
    return holds(matrix.dataType(), matrix.length())
        && matrix.ordering() == 'c'
        && (matrix.size(1) == 1 || matrix.stride(1) == 1)
        && (matrix.size(0) == 1 || matrix.stride(0) == matrix.size(1));
  }

  /** Whether a buffer can hold so many numbers: it has less than 2^31 bytes. */
  static boolean holds(DataType type, long length) {
    return (type == DataType.FLOAT || type == DataType.DOUBLE)
        && length <= Integer.MAX_VALUE / type.width();
  }
}
