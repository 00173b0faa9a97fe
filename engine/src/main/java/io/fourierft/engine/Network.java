package io.fourierft.engine;

/** A model's forward pass, written once and run by every implementation of {@link Ops}. */
@FunctionalInterface
public interface Network {

  /**
   * Describes the forward pass over one batch.
   *
   * @param ops the operations; they know the batch and the parameters
   * @param <T> a tensor as the implementation sees it
   * @return the output: logits or hidden states, {@code [rows, width]}
   */
  <T> T forward(Ops<T> ops);
}
