package io.fourierft.delta;

import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The memory of host arrays, for bulk copies. */
final class FloatBuffers {
  private FloatBuffers() {}

  /** A view of a matrix, valid as long as the array is. */
  static FloatBuffer of(INDArray array) {
    if (array.dataType() != DataType.FLOAT || array.ordering() != 'c' || !contiguous(array)) {
      throw new IllegalArgumentException(
          "weight change expected a contiguous FLOAT array but found " + array.shapeInfoToString());
    }
    FloatPointer pointer = new FloatPointer(array.data().addressPointer());
    return pointer.capacity(array.length()).asBuffer();
  }

  private static boolean contiguous(INDArray array) {
    return (array.size(1) == 1 || array.stride(1) == 1)
        && (array.size(0) == 1 || array.stride(0) == array.size(1));
  }
}
