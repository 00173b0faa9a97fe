package io.fourierft.samples.figure7;

import java.util.Arrays;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * The accuracy after each epoch of a training.
 *
 * @param name what was trained
 * @param parameters how many parameters learned
 * @param rate learning rate
 * @param accuracies share of the points that are told right, epoch by epoch
 */
public record Curve(String name, long parameters, double rate, double[] accuracies) {

  /** Keeps a copy. */
  public Curve {
    accuracies = accuracies.clone();
  }

  @Override
  public double[] accuracies() {
    return accuracies.clone();
  }

  /**
   * The first epoch, from 1, after which every point is told right.
   *
   * @return the epoch, or nothing if there is none
   */
  public OptionalInt perfectAt() {
    return IntStream.range(0, accuracies.length)
        .filter(i -> accuracies[i] == 1)
        .map(i -> i + 1)
        .findFirst();
  }

  /**
   * The best accuracy of all epochs.
   *
   * @return its share
   */
  public double best() {
    return Arrays.stream(accuracies).max().orElse(0);
  }
}
