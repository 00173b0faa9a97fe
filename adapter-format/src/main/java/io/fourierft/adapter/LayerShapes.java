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
  record Shape(int rows, int cols) {}

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
}
