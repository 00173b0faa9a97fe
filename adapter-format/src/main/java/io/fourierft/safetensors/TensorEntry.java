package io.fourierft.safetensors;

import java.util.List;

/**
 * One tensor of a safetensors file.
 *
 * @param name its name
 * @param dtype type of its elements
 * @param shape its sides; none for a scalar
 * @param begin offset of its first byte in the data part
 * @param end offset behind its last byte
 */
public record TensorEntry(String name, DType dtype, List<Long> shape, long begin, long end) {
  /**
   * Copies the shape.
   *
   * @param name its name
   * @param dtype type of its elements
   * @param shape its sides; none for a scalar
   * @param begin offset of its first byte in the data part
   * @param end offset behind its last byte
   */
  public TensorEntry {
    shape = List.copyOf(shape);
  }

  /**
   * Returns its size.
   *
   * @return bytes
   */
  public long bytes() {
    return end - begin;
  }

  /**
   * Returns the number of elements.
   *
   * @return the product of the sides
   */
  public long elements() {
    return shape.stream().reduce(1L, (a, b) -> a * b);
  }
}
