package io.fourierft.importer.weights;

import java.util.List;

/**
 * What a file says about one of its tensors.
 *
 * @param name Hugging Face name, such as {@code encoder.layer.0.attention.self.query.weight}
 * @param shape sizes of the axes, empty for a single number
 * @param type how its numbers are stored
 */
public record TensorInfo(String name, List<Long> shape, ElementType type) {

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
   * The shape as ND4J takes it.
   *
   * @return a new array
   */
  public long[] dimensions() {
    return shape.stream().mapToLong(Long::longValue).toArray();
  }
}
