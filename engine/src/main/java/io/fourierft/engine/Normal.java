package io.fourierft.engine;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What the backward pass of a layer norm needs of the forward pass, and what its result is made of.
 *
 * @param rows xh, {@code [rows, width]}
 * @param scale r, {@code [rows, 1]}
 * @param gain the norm's weight
 * @param bias the norm's bias
 */
record Normal(INDArray rows, INDArray scale, INDArray gain, INDArray bias) {

  /** Room for a norm's rows. */
  static Normal take(Arena arena, long rows, INDArray gain, INDArray bias) {
    return new Normal(arena.take(rows, gain.length()), arena.take(rows, 1), gain, bias);
  }

  void giveTo(Arena arena) {
    arena.give(rows);
    arena.give(scale);
  }
}
