package io.fourierft.cli.doctor;

import java.util.List;
import java.util.Locale;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Times the matrix product that training consists of, {@code [512,768] x [768,768]}. */
final class GemmCheck implements Check {
  private static final int ROWS = 512;
  private static final int WIDTH = 768;
  private static final long NANOS = 700_000_000L;

  /** Less than this for each processor is an old kernel or a busy machine. */
  private static final double SLOW = 15;

  private final BackendCheck backend;

  GemmCheck(BackendCheck backend) {
    this.backend = backend;
  }

  @Override
  public List<Finding> examine() {
    if (!backend.started()) {
      return List.of();
    }
    double rate = gigaflops();
    String found =
        String.format(
            Locale.ROOT, "%.0f GFLOP/s ([%d,%d] x [%d,%d])", rate, ROWS, WIDTH, WIDTH, WIDTH);
    if (rate < SLOW * Runtime.getRuntime().availableProcessors()) {
      return List.of(
          Finding.warn(
              "GEMM", found, "is something else running? does the BLAS line name this processor?"));
    }
    return List.of(Finding.ok("GEMM", found));
  }

  /** The best rate of a short while: others on the machine only ever make it slower. */
  static double gigaflops() {
    try (INDArray x = Nd4j.rand(DataType.FLOAT, ROWS, WIDTH);
        INDArray w = Nd4j.rand(DataType.FLOAT, WIDTH, WIDTH);
        INDArray y = Nd4j.create(DataType.FLOAT, ROWS, WIDTH)) {
      long best = Long.MAX_VALUE;
      long end = System.nanoTime() + NANOS;
      while (System.nanoTime() < end) {
        long start = System.nanoTime();
        x.mmuli(w, y);
        best = Math.min(best, System.nanoTime() - start);
      }
      return 2.0 * ROWS * WIDTH * WIDTH / best;
    }
  }
}
