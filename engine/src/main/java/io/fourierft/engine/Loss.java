package io.fourierft.engine;

import org.nd4j.linalg.api.ndarray.INDArray;

/** A scalar objective over a network's output. */
@FunctionalInterface
public interface Loss {

  /**
   * Computes the loss and its gradient.
   *
   * @param output the network's output, {@code [rows, width]}
   * @param gradient where d loss / d output goes, {@code [rows, width]}, contents undefined
   * @return the loss
   */
  double gradient(INDArray output, INDArray gradient);
}
