package io.fourierft.train;

/** The loss or a gradient is no longer a number. The model holds the last good values. */
public final class TrainingDiverged extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * Creates the exception.
   *
   * @param what which number is none any more
   * @param step the optimiser step, from 1
   * @param rates its learning rates
   */
  public TrainingDiverged(String what, long step, LearningRates rates) {
    super(
        what
            + " expected a finite number but found none at step "
            + step
            + " (learning rates "
            + rates.spectrum()
            + " for the spectrum and "
            + rates.head()
            + " for the head; lower them, lengthen the warm-up or clip gradients; the last good"
            + " adapter is kept)");
  }
}
