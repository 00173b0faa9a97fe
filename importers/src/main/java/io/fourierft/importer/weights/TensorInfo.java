package io.fourierft.importer.weights;

import io.fourierft.safetensors.DType;
import java.util.List;

/**
 * What a file says about one of its tensors.
 *
 * @param name Hugging Face name, such as {@code encoder.layer.0.attention.self.query.weight}
 * @param shape sizes of the axes, empty for a single number
 * @param type how its numbers are stored
 */
public record TensorInfo(String name, List<Long> shape, DType type) {

  public TensorInfo {
    shape = List.copyOf(shape);
    for (long size : shape) {
      if (size < 0) {
        throw new IllegalArgumentException(
            "tensor shape expected sizes of at least 0 but found " + shape + " (" + name + ")");
      }
    }
  }

  /**
   * Number of elements.
   *
   * @return product of the sizes
   */
  public long length() {
    long length = 1;
    for (long size : shape) {
      length = Math.multiplyExact(length, size);
    }
    return length;
  }

  /**
   * Size of the stored numbers.
   *
   * @return bytes
   * @throws ArithmeticException if they are more than a long counts
   */
  public long bytes() {
    return Math.multiplyExact(length(), (long) type.bits()) / Byte.SIZE;
  }

  /**
   * Whether weights can be made of it: F64, F32, F16 or BF16.
   *
   * @return false for integers and the types of quantised models
   */
  public boolean floating() {
    return type == DType.F64 || type.isFloat();
  }

  /**
   * The shape as ND4J takes it.
   *
   * @return a new array
   */
  public long[] dimensions() {
    return shape.stream().mapToLong(Long::longValue).toArray();
  }
}
