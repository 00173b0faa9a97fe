package io.fourierft.adapter;

import java.util.Map;
import java.util.Optional;

/**
 * The shapes of a base model's linear layers, which a PEFT directory does not hold. An
 * implementation may know a module by more than one spelling.
 */
@FunctionalInterface
public interface LayerShapes {
  /**
   * Shape of a linear layer, whichever way its weight is stored.
   *
   * @param rows output features
   * @param cols input features
   */
  record Shape(int rows, int cols) {
    /** Stands for a shape that nobody knows, large enough for any number of coefficients. */
    public static final Shape UNKNOWN = new Shape(Checks.MAX_SIDE, Checks.MAX_SIDE);
  }

  /**
   * Finds the shape of a layer.
   *
   * @param module Hugging Face module path
   * @return its shape, if the base has such a linear layer
   */
  Optional<Shape> shape(String module);

  /**
   * Makes shapes from a table.
   *
   * @param shapes shape by module path
   * @return the shapes
   */
  static LayerShapes of(Map<String, Shape> shapes) {
    Map<String, Shape> copy = Map.copyOf(shapes);
    return module -> Optional.ofNullable(copy.get(module));
  }

  /**
   * Returns the shapes of a base that is not at hand: every module is a linear layer of the shape
   * {@link Shape#UNKNOWN}. Enough to look at an adapter, not to use it.
   *
   * @return the shapes
   */
  static LayerShapes unknown() {
    return module -> Optional.of(Shape.UNKNOWN);
  }
}
