package io.fourierft.train;

import io.fourierft.engine.Inputs;

/**
 * Examples that are computed together.
 *
 * @param inputs their model inputs
 * @param labels their classes, one per row
 */
public record Batch(Inputs inputs, int[] labels) {

  public Batch {
    labels = labels.clone();
    if (labels.length != inputs.batch()) {
      throw new IllegalArgumentException(
          "labels expected one for each of " + inputs.batch() + " rows but found " + labels.length);
    }
  }

  @Override
  public int[] labels() {
    return labels.clone();
  }

  /**
   * Number of examples.
   *
   * @return the count
   */
  public int size() {
    return labels.length;
  }
}
