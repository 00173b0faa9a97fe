package io.fourierft.importer.weights;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Reads tensors on a few threads, as most of the time goes into memory that the system has to clear
 * first, and hands them over in order on the caller's thread. So that no thread waits for a large
 * tensor, the others read on meanwhile, about as much.
 */
final class ReadAhead {
  private static final long FLOATS_AHEAD = 16 << 20;

  private ReadAhead() {}

  /** Reads one tensor; called on several threads at once. */
  @FunctionalInterface
  interface Reader {
    INDArray read(TensorInfo tensor) throws IOException;
  }

  /** Reads all tensors; each belongs to the visitor once it has been handed over. */
  static void visit(List<TensorInfo> tensors, Reader reader, WeightSource.Visitor visitor)
      throws IOException {
    int threads = Workers.threads(tensors.size());
    ExecutorService pool = Workers.start(threads);
    Deque<Future<INDArray>> ahead = new ArrayDeque<>();
    try {
      Iterator<TensorInfo> next = tensors.iterator();
      long floatsAhead = 0;
      for (TensorInfo tensor : tensors) {
        long limit = Math.max(FLOATS_AHEAD, threads * tensor.length());
        while (next.hasNext() && (ahead.size() < threads || floatsAhead < limit)) {
          TensorInfo other = next.next();
          floatsAhead += other.length();
          ahead.add(pool.submit(() -> reader.read(other)));
        }
        visitor.accept(tensor.name(), Workers.result(ahead.remove()));
        floatsAhead -= tensor.length();
      }
    } catch (IOException | RuntimeException failure) {
      discard(ahead, failure);
      throw failure;
    } finally {
      pool.shutdown();
    }
  }

  /** Closes what was read ahead in vain. */
  private static void discard(Deque<Future<INDArray>> ahead, Exception failure) {
    for (Future<INDArray> future : ahead) {
      try {
        Workers.result(future).close();
      } catch (IOException | RuntimeException e) {
        failure.addSuppressed(e);
      }
    }
  }
}
