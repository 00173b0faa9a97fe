package io.fourierft.layers;

import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;

/** The updater of coefficients unless another is asked for. */
final class SpectrumUpdaters {
  /** Coefficients need 10 to 100 times a weight's rate: the paper's tables use 0.01 to 0.3. */
  private static final double RATE = 0.05;

  private SpectrumUpdaters() {}

  static IUpdater standard() {
    return new Adam(RATE);
  }
}
