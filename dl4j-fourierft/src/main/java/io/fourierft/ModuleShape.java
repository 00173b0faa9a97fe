package io.fourierft;

import java.util.Objects;

/**
 * A module of a model that can get a delta.
 *
 * @param module its path
 * @param rows output features
 * @param cols input features; of a convolution, channels times kernel
 * @param kind what {@code all-linear} makes of it
 */
public record ModuleShape(String module, int rows, int cols, Kind kind) {

  /** What a module is to {@code all-linear}. */
  public enum Kind {
    /** A linear layer. */
    LINEAR,
    /** The linear layer that makes the model's output. */
    OUTPUT_HEAD,
    /** An embedding or a convolution, which must be named to get a delta. */
    OTHER
  }

  public ModuleShape {
    Objects.requireNonNull(module, "module");
    Objects.requireNonNull(kind, "kind");
    if (rows <= 0 || cols <= 0) {
      throw new IllegalArgumentException(
          "module expected positive sides but found [" + rows + ", " + cols + "] (" + module + ")");
    }
  }

  String shape() {
    return "[" + rows + ", " + cols + "]";
  }
}
