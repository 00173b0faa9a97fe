package io.fourierft.cli;

import io.fourierft.train.TrainListener;
import io.fourierft.train.TrainReport;
import io.fourierft.train.TrainStep;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A training as a progress bar on the terminal. */
final class TrainingBar implements TrainListener {
  private static final int INTERVAL_MILLIS = 200;
  private static final double SMOOTHING = 0.1;

  private final String what;
  private ProgressBar bar;
  private volatile Duration left = Duration.ZERO;
  private long done;
  private double loss = Double.NaN;

  TrainingBar(String what) {
    this.what = what;
  }

  @Override
  public void onStart(long totalSteps, long doneSteps) {
    done = doneSteps;
    bar =
        new ProgressBarBuilder()
            .setTaskName(String.format(Locale.ROOT, "%-15s", what))
            .setInitialMax(totalSteps)
            .startsFrom(doneSteps, Duration.ZERO)
            .setStyle(ProgressBarStyle.UNICODE_BLOCK)
            .setUpdateIntervalMillis(INTERVAL_MILLIS)
            .setEtaFunction(state -> Optional.of(left))
            .build();
  }

  @Override
  public void onStep(TrainStep step) {
    loss = Double.isNaN(loss) ? step.loss() : loss + SMOOTHING * (step.loss() - loss);
    left = Duration.ofMillis((long) (1000 * step.secondsLeft(done)));
    bar.setExtraMessage(
        String.format(Locale.ROOT, "loss %.3f, %.0f examples/s", loss, step.examplesPerSecond()));
    bar.stepTo(step.step());
  }

  @Override
  public void onEnd(TrainReport report) {
    bar.close();
  }
}
