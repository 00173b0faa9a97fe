package io.fourierft.engine;

/** What happens to the activations of a block between the forward and the backward pass. */
public enum Activations {
  /** They are kept: the fastest. */
  KEEP,
  /** They are computed again: a training step holds those of one block at a time. */
  RECOMPUTE
}
