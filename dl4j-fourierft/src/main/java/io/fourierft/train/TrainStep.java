package io.fourierft.train;

/**
 * One optimiser step.
 *
 * @param step its number, from 1
 * @param totalSteps number of all steps
 * @param loss mean loss of its batches
 * @param rates learning rates it took
 * @param examples examples seen since this training began or resumed
 * @param seconds time since then
 */
public record TrainStep(
    long step, long totalSteps, double loss, LearningRates rates, long examples, double seconds) {

  /**
   * Speed so far.
   *
   * @return examples per second
   */
  public double examplesPerSecond() {
    return examples / seconds;
  }

  /**
   * Time left at this speed.
   *
   * @param doneBefore steps that a checkpoint brought along
   * @return seconds
   */
  public double secondsLeft(long doneBefore) {
    return seconds / Math.max(1, step - doneBefore) * (totalSteps - step);
  }
}
