package io.fourierft.train;

import java.util.Arrays;
import java.util.List;

/** The losses of a training's steps, eight bytes each however long it is. For one thread. */
public final class Losses {
  private double[] values = new double[64];
  private int size;

  /** None yet. */
  public Losses() {}

  /**
   * Adds the loss of the next step.
   *
   * @param loss the loss
   */
  public void add(double loss) {
    if (size == values.length) {
      values = Arrays.copyOf(values, 2 * size);
    }
    values[size++] = loss;
  }

  /**
   * Number of steps.
   *
   * @return the number
   */
  public int size() {
    return size;
  }

  /**
   * Mean over the steps from one on.
   *
   * @param from number of steps to leave out
   * @return the mean, 0 of none
   */
  public double meanFrom(int from) {
    return Arrays.stream(values, from, size).average().orElse(0);
  }

  /**
   * All of them.
   *
   * @return a list
   */
  public List<Double> toList() {
    return Arrays.stream(values, 0, size).boxed().toList();
  }
}
