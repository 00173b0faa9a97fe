package io.fourierft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fourierft.train.LearningRates;
import io.fourierft.train.TrainListener;
import io.fourierft.train.TrainStep;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ProgressPrinterTest {
  private final StringWriter out = new StringWriter();

  @Test
  void aTrainingIsAboutTenLinesWithLossSpeedAndTimeLeft() {
    TrainListener lines = printer(false).training("fine-tuning");

    lines.onStart(100, 0);
    for (int step = 1; step <= 100; step++) {
      lines.onStep(
          new TrainStep(step, 100, 2, new LearningRates(0.05, 0.005), 32L * step, 0.5 * step));
    }

    assertThat(out.toString().lines())
        .hasSize(10)
        .first()
        .isEqualTo("fine-tuning     step 10 of 100, loss 2.000, 64 examples/s, 45 s left");
  }

  @Test
  void quietKeepsResultsAndDropsProgress() {
    ProgressPrinter printer = printer(true);

    printer.progress("data", "something");
    printer.result("accuracy", "82.0 %");

    assertThat(printer.training("fine-tuning")).isSameAs(TrainListener.SILENT);
    assertThat(out.toString().strip()).isEqualTo("accuracy        82.0 %");
  }

  private ProgressPrinter printer(boolean quiet) {
    return new ProgressPrinter(new PrintWriter(out, true), quiet, false);
  }
}
