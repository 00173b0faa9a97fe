package io.fourierft.train;

import io.fourierft.engine.Parameters;
import java.util.List;

/** A model in which some things learn and the rest is frozen. */
public interface Tuning extends AutoCloseable {

  /**
   * The model's parameters, deltas in place.
   *
   * @return the live parameters
   */
  Parameters parameters();

  /**
   * What learns.
   *
   * @return values and gradients, always in the same order
   */
  List<Trainable> trainables();

  /** Tells that values have changed. */
  void updated();

  /** Frees what training and inference built; it is built again when needed. */
  default void release() {}

  @Override
  void close();
}
