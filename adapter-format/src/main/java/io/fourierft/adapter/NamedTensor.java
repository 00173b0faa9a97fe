package io.fourierft.adapter;

import java.util.Arrays;

/** A fully trained parameter. Immutable: arrays are copied in and out. */
public final class NamedTensor {
  private final String name;
  private final long[] shape;
  private final float[] data;

  /**
   * Creates the tensor.
   *
   * @param name Hugging Face parameter name, such as {@code classifier.weight}
   * @param shape its sides; none for a scalar
   * @param data the finite numbers, row-major
   */
  public NamedTensor(String name, long[] shape, float[] data) {
    Checks.name("tensor name", name);
    this.name = name;
    this.shape = shape.clone();
    this.data = data.clone();
    if (elements(name, this.shape) != data.length) {
      throw new IllegalArgumentException(
          String.format(
              "tensor of shape %s expected %d numbers but found %d (%s)",
              Arrays.toString(shape), elements(name, this.shape), data.length, name));
    }
    Checks.finite("tensor", this.data, name);
  }

  /** Returns the product of the sides, refusing what no array can hold. */
  static long elements(String name, long[] shape) {
    long product = 1;
    for (long side : shape) {
      boolean fits = side >= 0 && (side == 0 || product <= Integer.MAX_VALUE / side);
      if (!fits) {
        throw new IllegalArgumentException(
            String.format(
                "tensor shape expected sides >= 0 of at most %d elements but found %s (%s)",
                Integer.MAX_VALUE, Arrays.toString(shape), name));
      }
      product *= side;
    }
    return product;
  }

  /**
   * Returns the parameter name.
   *
   * @return the name
   */
  public String name() {
    return name;
  }

  /**
   * Returns the sides.
   *
   * @return a copy
   */
  public long[] shape() {
    return shape.clone();
  }

  /**
   * Returns the numbers, row-major.
   *
   * @return a copy
   */
  public float[] data() {
    return data.clone();
  }

  /**
   * Returns how many numbers there are.
   *
   * @return the product of the sides
   */
  public int size() {
    return data.length;
  }

  /** The numbers themselves, to be read only. */
  float[] values() {
    return data;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NamedTensor that
        && name.equals(that.name)
        && Arrays.equals(shape, that.shape)
        && Arrays.equals(data, that.data);
  }

  @Override
  public int hashCode() {
    return 31 * name.hashCode() + Arrays.hashCode(data);
  }

  @Override
  public String toString() {
    return "NamedTensor[" + name + " " + Arrays.toString(shape) + "]";
  }
}
