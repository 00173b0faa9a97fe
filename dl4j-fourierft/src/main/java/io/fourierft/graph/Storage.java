package io.fourierft.graph;

/** How a graph stores a weight that is, to the method, a matrix {@code [out, in]}. */
enum Storage {
  /** {@code [out, in]}, as PyTorch's linear layers. */
  OUT_IN,
  /** {@code [in, out]}, as a weight that is multiplied from the right. */
  IN_OUT,
  /** {@code [kernel height, kernel width, in, out]}; a row of the matrix is in x height x width. */
  CONVOLUTION_YXIO(2, 3, 1, 0),
  /** {@code [out, in, kernel height, kernel width]}. */
  CONVOLUTION_OIYX(0, 1, 2, 3),
  /** {@code [out, kernel height, kernel width, in]}. */
  CONVOLUTION_OYXI(0, 2, 3, 1);

  // Axes of [out, in, height, width], in the order in which they are stored.
  private final int[] order;

  Storage(int... order) {
    this.order = order;
  }

  boolean matrix() {
    return order.length == 0;
  }

  int[] order() {
    return order.clone();
  }

  /** {@code [out, in, height, width]} of a stored convolution's shape. */
  long[] unfolded(long... shape) {
    long[] sides = new long[order.length];
    for (int i = 0; i < order.length; i++) {
      sides[order[i]] = shape[i];
    }
    return sides;
  }

  /** {@code [out, in]} of a stored shape. */
  long[] sides(long... shape) {
    return switch (this) {
      case OUT_IN -> shape.clone();
      case IN_OUT -> new long[] {shape[1], shape[0]};
      default -> {
        long[] sides = unfolded(shape);
        yield new long[] {sides[0], sides[1] * sides[2] * sides[3]};
      }
    };
  }
}
