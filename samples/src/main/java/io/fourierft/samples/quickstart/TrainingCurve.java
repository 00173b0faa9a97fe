package io.fourierft.samples.quickstart;

import io.fourierft.train.TrainListener;
import io.fourierft.train.TrainReport;
import io.fourierft.train.TrainStep;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;

/**
 * Notes the loss of every step and the accuracy now and then. The time that the accuracy takes does
 * not count as training.
 */
final class TrainingCurve implements TrainListener {
  private static final int CHECKS = 8;

  private final TrainListener next;
  private final DoubleSupplier accuracy;
  private final List<Point> losses = new ArrayList<>();
  private final List<Point> accuracies = new ArrayList<>();
  private double checking;
  private long every = 1;

  /** A value at a step. */
  record Point(long step, double value) {}

  /**
   * Makes a curve.
   *
   * @param next hears of everything, too
   * @param accuracy measures the model as it is
   */
  TrainingCurve(TrainListener next, DoubleSupplier accuracy) {
    this.next = next;
    this.accuracy = accuracy;
  }

  List<Point> losses() {
    return List.copyOf(losses);
  }

  List<Point> accuracies() {
    return List.copyOf(accuracies);
  }

  /** Seconds spent on accuracy. */
  double checking() {
    return checking;
  }

  @Override
  public void onStart(long totalSteps, long doneSteps) {
    every = Math.max(1, totalSteps / CHECKS);
    next.onStart(totalSteps, doneSteps);
    check(doneSteps);
  }

  @Override
  public void onStep(TrainStep step) {
    losses.add(new Point(step.step(), step.loss()));
    next.onStep(
        new TrainStep(
            step.step(),
            step.totalSteps(),
            step.loss(),
            step.rates(),
            step.examples(),
            step.seconds() - checking));
    if (step.step() % every == 0 || step.step() == step.totalSteps()) {
      check(step.step());
    }
  }

  private void check(long step) {
    long begin = System.nanoTime();
    accuracies.add(new Point(step, accuracy.getAsDouble()));
    checking += (System.nanoTime() - begin) / 1e9;
  }

  @Override
  public void onEpoch(int epoch, double meanLoss) {
    next.onEpoch(epoch, meanLoss);
  }

  @Override
  public void onEnd(TrainReport report) {
    next.onEnd(report);
  }
}
