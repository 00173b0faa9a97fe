package io.fourierft.train;

import io.fourierft.engine.Activations;
import java.util.Objects;

/**
 * How to train. Starts from {@link #defaults}; each {@code with} method changes one thing.
 *
 * @param rates peak learning rates
 * @param schedule how they change
 * @param spectrumDecay decoupled weight decay of the coefficients
 * @param headDecay decoupled weight decay of the head
 * @param epochs passes over the data
 * @param accumulation batches per optimiser step
 * @param clipNorm bound on the norm of all gradients together, infinite for none
 * @param labelSmoothing from 0 to below 1
 * @param activations whether the activations of a block are kept or computed again
 */
public record TrainOptions(
    LearningRates rates,
    Schedule schedule,
    double spectrumDecay,
    double headDecay,
    int epochs,
    int accumulation,
    double clipNorm,
    double labelSmoothing,
    Activations activations) {

  public TrainOptions {
    Objects.requireNonNull(activations, "activations");
    Objects.requireNonNull(schedule, "schedule");
    check(rates.spectrum() >= 0 && Double.isFinite(rates.spectrum()), "learning rate", rates);
    check(rates.head() >= 0 && Double.isFinite(rates.head()), "head learning rate", rates);
    check(spectrumDecay >= 0 && headDecay >= 0, "weight decay", spectrumDecay + ", " + headDecay);
    check(epochs >= 1, "number of epochs", epochs);
    check(accumulation >= 1, "accumulation", accumulation);
    check(clipNorm > 0, "gradient clipping", clipNorm);
    check(labelSmoothing >= 0 && labelSmoothing < 1, "label smoothing", labelSmoothing);
  }

  private static void check(boolean holds, String what, Object found) {
    if (!holds) {
      throw new IllegalArgumentException(what + " expected a usable value but found " + found);
    }
  }

  /**
   * One epoch, learning rates 0.05 (spectrum) and 0.005 (head), linear schedule with 6 % warm-up,
   * no weight decay.
   *
   * @return the defaults
   */
  public static TrainOptions defaults() {
    return new TrainOptions(
        new LearningRates(0.05, 0.005),
        new Schedule.Linear(0.06),
        0,
        0,
        1,
        1,
        Double.POSITIVE_INFINITY,
        0,
        Activations.KEEP);
  }

  /**
   * Weight decay of a group.
   *
   * @param group which one
   * @return its decay
   */
  public double weightDecay(Trainable.Group group) {
    return group == Trainable.Group.SPECTRUM ? spectrumDecay : headDecay;
  }

  /**
   * Other peak learning rates.
   *
   * @param spectrum of the coefficients
   * @param head of the head
   * @return changed options
   */
  public TrainOptions withRates(double spectrum, double head) {
    LearningRates changed = new LearningRates(spectrum, head);
    return new TrainOptions(
        changed,
        schedule,
        spectrumDecay,
        headDecay,
        epochs,
        accumulation,
        clipNorm,
        labelSmoothing,
        activations);
  }

  /**
   * Another schedule.
   *
   * @param changed the schedule
   * @return changed options
   */
  public TrainOptions withSchedule(Schedule changed) {
    return new TrainOptions(
        rates,
        changed,
        spectrumDecay,
        headDecay,
        epochs,
        accumulation,
        clipNorm,
        labelSmoothing,
        activations);
  }

  /**
   * Weight decay.
   *
   * @param spectrum of the coefficients
   * @param head of the head
   * @return changed options
   */
  public TrainOptions withWeightDecay(double spectrum, double head) {
    return new TrainOptions(
        rates,
        schedule,
        spectrum,
        head,
        epochs,
        accumulation,
        clipNorm,
        labelSmoothing,
        activations);
  }

  /**
   * More or fewer passes over the data.
   *
   * @param number of epochs
   * @return changed options
   */
  public TrainOptions withEpochs(int number) {
    return new TrainOptions(
        rates,
        schedule,
        spectrumDecay,
        headDecay,
        number,
        accumulation,
        clipNorm,
        labelSmoothing,
        activations);
  }

  /**
   * Several batches per optimiser step.
   *
   * @param batches how many
   * @return changed options
   */
  public TrainOptions withAccumulation(int batches) {
    return new TrainOptions(
        rates,
        schedule,
        spectrumDecay,
        headDecay,
        epochs,
        batches,
        clipNorm,
        labelSmoothing,
        activations);
  }

  /**
   * A bound on the norm of all gradients together.
   *
   * @param norm the bound
   * @return changed options
   */
  public TrainOptions withClipNorm(double norm) {
    return new TrainOptions(
        rates,
        schedule,
        spectrumDecay,
        headDecay,
        epochs,
        accumulation,
        norm,
        labelSmoothing,
        activations);
  }

  /**
   * Label smoothing.
   *
   * @param smoothing from 0 to below 1
   * @return changed options
   */
  public TrainOptions withLabelSmoothing(double smoothing) {
    return new TrainOptions(
        rates,
        schedule,
        spectrumDecay,
        headDecay,
        epochs,
        accumulation,
        clipNorm,
        smoothing,
        activations);
  }

  /**
   * Whether the activations of a block are kept or computed again.
   *
   * @param kept what happens to them
   * @return changed options
   */
  public TrainOptions withActivations(Activations kept) {
    return new TrainOptions(
        rates,
        schedule,
        spectrumDecay,
        headDecay,
        epochs,
        accumulation,
        clipNorm,
        labelSmoothing,
        kept);
  }
}
