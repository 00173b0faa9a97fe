package io.fourierft;

import io.fourierft.engine.Arena;
import io.fourierft.engine.LinearWeight;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A base weight with the changes of several adapters added: for inference.
 *
 * @param value the sum, in the module's layout; owned
 */
record FixedWeight(INDArray value) implements LinearWeight, AutoCloseable {
  @Override
  public boolean trainable() {
    return false;
  }

  @Override
  public void accumulate(INDArray x, INDArray dy, Arena arena) {
    throw new IllegalStateException("weight expected to be trainable but found it frozen");
  }

  @Override
  public void close() {
    value.close();
  }
}
