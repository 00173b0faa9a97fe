package io.fourierft.cli;

import io.fourierft.train.TrainListener;
import io.fourierft.train.TrainStep;
import java.util.Locale;
import java.util.function.BiConsumer;

/** A training in plain lines, about ten of them. */
final class TrainingLines implements TrainListener {
  private static final int LINES = 10;

  private final String what;
  private final BiConsumer<String, String> line;
  private long done;
  private long every = 1;
  private double loss;
  private long steps;

  /**
   * Makes a printer.
   *
   * @param what is trained
   * @param line takes a word and what to say about it
   */
  TrainingLines(String what, BiConsumer<String, String> line) {
    this.what = what;
    this.line = line;
  }

  @Override
  public void onStart(long totalSteps, long doneSteps) {
    done = doneSteps;
    every = Math.max(1, Math.round((double) totalSteps / LINES));
  }

  @Override
  public void onStep(TrainStep step) {
    loss += step.loss();
    steps++;
    if (step.step() % every == 0 || step.step() == step.totalSteps()) {
      line.accept(
          what,
          String.format(
              Locale.ROOT,
              "step %d of %d, loss %.3f, %.0f examples/s, %.0f s left",
              step.step(),
              step.totalSteps(),
              loss / steps,
              step.examplesPerSecond(),
              step.secondsLeft(done)));
      loss = 0;
      steps = 0;
    }
  }
}
