package io.fourierft.graph;

import io.fourierft.ModuleShape;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * A variable that a graph multiplies with.
 *
 * @param variable its name
 * @param shape module path and shape as a matrix
 * @param storage how it is stored
 * @param type its element type
 * @param bias the variable that is added to its product, if any
 */
record GraphWeight(
    String variable, ModuleShape shape, Storage storage, DataType type, Optional<String> bias) {
  String module() {
    return shape.module();
  }
}
