package io.fourierft.engine;

import java.util.Objects;

/**
 * Path and shape of a linear module.
 *
 * @param module Hugging Face module path; the parameters are {@code module.weight} and {@code
 *     module.bias}
 * @param in number of input features
 * @param out number of output features
 * @param bias whether the module has a bias {@code [out]}
 * @param layout how the weight is stored
 */
public record Linear(String module, int in, int out, boolean bias, Layout layout) {

  /** How a weight matrix is stored. */
  public enum Layout {
    /** {@code [out, in]}, as PyTorch's {@code Linear}. */
    OUT_IN,
    /** {@code [in, out]}, as transformers' {@code Conv1D} (GPT-2). */
    IN_OUT
  }

  public Linear {
    Objects.requireNonNull(module, "module");
    Objects.requireNonNull(layout, "layout");
    if (in <= 0 || out <= 0) {
      throw new IllegalArgumentException(
          "linear module expected positive sizes but found ["
              + out
              + ", "
              + in
              + "] ("
              + module
              + ")");
    }
  }

  /**
   * A PyTorch linear layer with a bias.
   *
   * @param module module path
   * @param in input features
   * @param out output features
   * @return the specification
   */
  public static Linear of(String module, int in, int out) {
    return new Linear(module, in, out, true, Layout.OUT_IN);
  }

  /**
   * The parameter that holds the matrix.
   *
   * @return {@code module.weight}
   */
  public String weight() {
    return module + ".weight";
  }

  /**
   * The parameter that holds the bias.
   *
   * @return {@code module.bias}
   */
  public String biasName() {
    return module + ".bias";
  }
}
