package io.fourierft.torch;

import io.fourierft.safetensors.DType;
import java.util.List;

/**
 * One tensor of a PyTorch file: a view of a storage, which other tensors may share.
 *
 * @param name its name
 * @param dtype type of its elements
 * @param shape its sides; none for a scalar
 * @param strides how many elements of the storage lie between neighbours along each side
 * @param storage key of the storage in the file
 * @param offset element of the storage that the tensor begins with
 */
public record TorchTensor(
    String name, DType dtype, List<Long> shape, List<Long> strides, String storage, long offset) {

  public TorchTensor {
    shape = List.copyOf(shape);
    strides = List.copyOf(strides);
  }

  /**
   * Returns the number of elements.
   *
   * @return the product of the sides
   */
  public long elements() {
    return shape.stream().reduce(1L, (a, b) -> a * b);
  }

  /**
   * Returns the size of the numbers, each as often as the tensor has it.
   *
   * @return bytes
   */
  public long bytes() {
    return elements() * dtype.bits() / Byte.SIZE;
  }

  /**
   * Tells whether the numbers lie in the storage in the order of a row-major tensor.
   *
   * @return false for transposed, sliced and expanded tensors
   */
  public boolean contiguous() {
    long expected = 1;
    for (int axis = shape.size() - 1; axis >= 0; axis--) {
      if (shape.get(axis) != 1 && strides.get(axis) != expected) {
        return elements() == 0;
      }
      expected *= shape.get(axis);
    }
    return true;
  }

  /**
   * Tells whether another tensor is the same view of the same storage, as tied weights are.
   *
   * @param other a tensor of the same file
   * @return true if one reading serves both
   */
  public boolean tiedTo(TorchTensor other) {
    return storage.equals(other.storage)
        && offset == other.offset
        && dtype == other.dtype
        && shape.equals(other.shape)
        && strides.equals(other.strides);
  }
}
