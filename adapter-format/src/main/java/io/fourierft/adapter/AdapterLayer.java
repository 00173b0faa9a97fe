package io.fourierft.adapter;

import java.util.Arrays;

/** The coefficients of one adapted matrix. Immutable: arrays are copied in and out. */
public final class AdapterLayer {
  private final String module;
  private final int rows;
  private final int cols;
  private final float[] coefficients;

  /**
   * Creates the layer.
   *
   * @param module Hugging Face module path without {@code .weight}
   * @param rows output features
   * @param cols input features
   * @param coefficients 1 to {@code rows * cols} finite numbers
   */
  public AdapterLayer(String module, int rows, int cols, float[] coefficients) {
    Checks.name("module", module);
    Checks.side("rows", rows, module);
    Checks.side("cols", cols, module);
    this.module = module;
    this.rows = rows;
    this.cols = cols;
    this.coefficients = coefficients.clone();
    if (coefficients.length < 1 || coefficients.length > (long) rows * cols) {
      throw new BrokenRule(
          BrokenRule.Kind.COUNT,
          String.format(
              "number of coefficients expected 1 to %d but found %d (%s)",
              (long) rows * cols, coefficients.length, module));
    }
    Checks.finite("coefficient", this.coefficients, module);
  }

  /**
   * Returns the module path.
   *
   * @return the Hugging Face module path without {@code .weight}
   */
  public String module() {
    return module;
  }

  /**
   * Returns the output features.
   *
   * @return the rows
   */
  public int rows() {
    return rows;
  }

  /**
   * Returns the input features.
   *
   * @return the columns
   */
  public int cols() {
    return cols;
  }

  /**
   * Returns the number of coefficients.
   *
   * @return n
   */
  public int n() {
    return coefficients.length;
  }

  /**
   * Returns the coefficients in the order of the entries.
   *
   * @return a copy
   */
  public float[] coefficients() {
    return coefficients.clone();
  }

  /** The coefficients themselves, to be read only. */
  float[] values() {
    return coefficients;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AdapterLayer that
        && module.equals(that.module)
        && rows == that.rows
        && cols == that.cols
        && Arrays.equals(coefficients, that.coefficients);
  }

  @Override
  public int hashCode() {
    return 31 * module.hashCode() + Arrays.hashCode(coefficients);
  }

  @Override
  public String toString() {
    return "AdapterLayer[" + module + ", " + rows + " x " + cols + ", n = " + n() + "]";
  }
}
