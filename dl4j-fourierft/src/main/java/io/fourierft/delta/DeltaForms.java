package io.fourierft.delta;

import io.fourierft.spectral.Entries;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** Chooses a form of the weight change by what it costs. */
public final class DeltaForms {
  // Costs in multiply-adds of a matrix product, fitted to processor time measured with one thread:
  // [768, 768], n = 1000: folded 3.5 ms, FFT 10 ms, basis product 26 ms; [4096, 4096], n = 1000:
  // 165 and 420 ms; n = 12,288: 385 ms both.
  private static final double FOLDED_CELL = 75;
  private static final double FFT_STEP = 63;

  // A view of an array's memory holds less than 2^31 bytes.
  private static final long MOST_CELLS = Integer.MAX_VALUE / Float.BYTES;

  private DeltaForms() {}

  /** The forms there are. */
  enum Kind {
    FOLDED_GEMM,
    REAL_FFT,
    BASIS_GEMM
  }

  /**
   * The cheapest form for a shape and backend.
   *
   * @param entries shape and entries
   * @param type element type, FLOAT or DOUBLE
   * @return a new form
   */
  public static DeltaForm choose(Entries entries, DataType type) {
    boolean cpu = Nd4j.getBackend().getEnvironment().isCPU();
    return switch (cheapest(entries, type, cpu)) {
      case FOLDED_GEMM -> FoldedGemm.of(entries);
      case REAL_FFT -> RealFft.of(entries);
      case BASIS_GEMM -> BasisGemm.of(entries, type);
    };
  }

  static Kind cheapest(Entries entries, DataType type, boolean cpu) {
    long cells = (long) entries.rows() * entries.cols();
    if (!cpu || type != DataType.FLOAT || cells > MOST_CELLS) {
      return Kind.BASIS_GEMM;
    }
    return folded(entries) <= fft(entries) ? Kind.FOLDED_GEMM : Kind.REAL_FFT;
  }

  private static double folded(Entries entries) {
    double quadrant = (entries.rows() / 2 + 1.0) * (entries.cols() / 2 + 1.0);
    double inner = FoldedEntries.of(entries).rows().length;
    return FOLDED_CELL * entries.rows() * entries.cols() + 2 * inner * quadrant;
  }

  private static double fft(Entries entries) {
    double cells = (double) entries.rows() * entries.cols() / 2;
    return FFT_STEP * cells * (work(entries.rows()) + work(entries.cols()));
  }

  private static double work(int length) {
    double work = 0;
    for (int factor : RowFft.factors(length)) {
      work += factor <= 4 ? 3 : 2.0 * factor;
    }
    return work;
  }
}
