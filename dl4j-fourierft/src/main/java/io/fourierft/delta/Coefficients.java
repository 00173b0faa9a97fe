package io.fourierft.delta;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What forms do to vectors of coefficients. */
final class Coefficients {
  private Coefficients() {}

  /** {@code into += values}, in the type of {@code into}. */
  static void add(double[] values, INDArray into) {
    try (INDArray update = Nd4j.createFromArray(values);
        INDArray cast = update.castTo(into.dataType())) {
      into.addi(cast);
    }
  }
}
