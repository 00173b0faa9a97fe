package io.fourierft.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * While it is open, Ctrl-C asks the work to stop and gives it time to leave things in order, before
 * the JVM ends.
 */
final class Interrupt implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 30;

  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread hook;

  private Interrupt(Runnable stop) {
    hook = new Thread(() -> interrupt(stop), "fourierft-interrupt");
  }

  /**
   * Calls something when the JVM is asked to end.
   *
   * @param stop asks the work to stop; must return at once
   * @return to be closed when the work is over
   */
  static Interrupt calls(Runnable stop) {
    Interrupt interrupt = new Interrupt(stop);
    Runtime.getRuntime().addShutdownHook(interrupt.hook);
    return interrupt;
  }

  private void interrupt(Runnable stop) {
    stop.run();
    try {
      closed.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException impatient) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException ending) {
      return; // The JVM is ending, and the hook with it: there is nothing left to remove.
    }
  }
}
