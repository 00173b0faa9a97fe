package io.fourierft.importer.weights;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The few threads that read weights, so that the caller's interruption closes no file. */
final class Workers {
  private static final int MOST = 4;

  private Workers() {}

  /** How many threads are of use for a number of tasks. */
  static int threads(int tasks) {
    int processors = Runtime.getRuntime().availableProcessors();
    return Math.max(1, Math.min(Math.min(MOST, processors), tasks));
  }

  /** Starts threads, which end after the pool has been shut down, or with the process. */
  static ExecutorService start(int threads) {
    return Executors.newFixedThreadPool(threads, Workers::daemon);
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "weights");
    thread.setDaemon(true);
    return thread;
  }

  /** Waits for what a thread has read. */
  static <T> T result(Future<T> future) throws IOException {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("reading of weights was interrupted");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw new IllegalStateException("weights expected to be read but found " + e.getCause(), e);
    }
  }
}
