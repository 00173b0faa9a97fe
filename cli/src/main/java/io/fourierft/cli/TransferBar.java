package io.fourierft.cli;

import io.fourierft.hub.TransferListener;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.Map;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Files on their way to or from a hub, as one progress bar on the terminal. */
final class TransferBar implements TransferListener, AutoCloseable {
  /** Set by the launcher, which can tell a terminal from a pipe on every JDK. */
  static final String TERMINAL = "fourierft.terminal";

  private static final int INTERVAL_MILLIS = 200;
  private static final long UNIT = 1000;

  private final boolean shown;
  private final PrintStream err;
  private final String what;
  private final Map<String, Long> done = new HashMap<>();
  private final Map<String, Long> sizes = new HashMap<>();
  private ProgressBar bar;
  private long total;
  private boolean ended;

  /**
   * Makes a bar that appears with the first bytes.
   *
   * @param what what is going on
   * @param shown whether to show it
   * @param err where to
   */
  TransferBar(String what, boolean shown, PrintStream err) {
    this.what = what;
    this.shown = shown;
    this.err = err;
  }

  static TransferBar of(String what, RootCommand root) {
    return new TransferBar(what, !root.quiet() && Boolean.getBoolean(TERMINAL), System.err);
  }

  /** Says how many bytes there are in all; else the bar grows with each new file. */
  synchronized TransferBar of(long bytes) {
    total = bytes;
    return this;
  }

  @Override
  public synchronized void moved(String path, long bytes, long size) {
    done.put(path, bytes);
    sizes.put(path, size);
    if (!shown || ended) {
      return;
    }
    if (bar == null) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(what)
              .setUnit(" kB", UNIT)
              .setInitialMax(size())
              .setStyle(ProgressBarStyle.UNICODE_BLOCK)
              .setUpdateIntervalMillis(INTERVAL_MILLIS)
              .setConsumer(new ConsoleProgressBarConsumer(err))
              .build();
    }
    bar.maxHint(size());
    bar.stepTo(moved());
  }

  /** How many bytes have arrived. */
  synchronized long moved() {
    return done.values().stream().mapToLong(Long::longValue).sum();
  }

  private long size() {
    return Math.max(total, sizes.values().stream().mapToLong(Long::longValue).sum());
  }

  /** Takes the bar away, so that other lines can be printed. */
  synchronized void end() {
    ended = true;
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }

  @Override
  public void close() {
    end();
  }
}
