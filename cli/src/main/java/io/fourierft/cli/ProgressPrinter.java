package io.fourierft.cli;

import io.fourierft.samples.quickstart.QuickStartListener;
import io.fourierft.train.TrainListener;
import java.io.PrintWriter;
import java.util.Locale;

/** Prints what the quick start does: one line each, and a bar where there is a terminal. */
final class ProgressPrinter implements QuickStartListener {
  /** Set by the launcher, which can tell a terminal from a pipe on every JDK. */
  private static final String TERMINAL = "fourierft.terminal";

  private final PrintWriter out;
  private final boolean quiet;
  private final boolean terminal;

  ProgressPrinter(PrintWriter out, boolean quiet, boolean terminal) {
    this.out = out;
    this.quiet = quiet;
    this.terminal = terminal;
  }

  static ProgressPrinter of(PrintWriter out, boolean quiet) {
    return new ProgressPrinter(out, quiet, Boolean.getBoolean(TERMINAL));
  }

  @Override
  public void progress(String what, String text) {
    if (!quiet) {
      line(what, text);
    }
  }

  @Override
  public void result(String what, String text) {
    line(what, text);
  }

  private void line(String what, String text) {
    out.printf(Locale.ROOT, "%-15s %s%n", what, text);
    out.flush();
  }

  @Override
  public TrainListener training(String what) {
    if (quiet) {
      return TrainListener.SILENT;
    }
    return terminal ? new TrainingBar(what) : new TrainingLines(what, this::line);
  }
}
