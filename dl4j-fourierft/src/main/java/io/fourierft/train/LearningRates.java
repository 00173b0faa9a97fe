package io.fourierft.train;

/**
 * The learning rates of one step.
 *
 * @param spectrum of the spectral coefficients
 * @param head of the head
 */
public record LearningRates(double spectrum, double head) {

  /**
   * The rate of a group.
   *
   * @param group which one
   * @return its rate
   */
  public double of(Trainable.Group group) {
    return group == Trainable.Group.SPECTRUM ? spectrum : head;
  }

  /**
   * Both rates times a factor.
   *
   * @param factor from the schedule
   * @return the scaled rates
   */
  public LearningRates times(double factor) {
    return new LearningRates(spectrum * factor, head * factor);
  }
}
