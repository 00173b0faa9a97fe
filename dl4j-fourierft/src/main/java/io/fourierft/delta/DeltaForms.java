package io.fourierft.delta;

import io.fourierft.spectral.Entries;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** Chooses a form of the weight change by what it costs. */
public final class DeltaForms {
  // Multiply-adds that a matrix product does in the time that RealFft takes for one, on a CPU.
  private static final double FFT_PENALTY = 30;

  private DeltaForms() {}

  /**
   * The cheapest form for a shape and backend.
   *
   * @param entries shape and entries
   * @param type element type, FLOAT or DOUBLE
   * @return a new form
   */
  public static DeltaForm choose(Entries entries, DataType type) {
    boolean cpu = Nd4j.getBackend().getEnvironment().isCPU();
    return cpu && type == DataType.FLOAT && fft(entries) < gemm(entries)
        ? RealFft.of(entries)
        : BasisGemm.of(entries, type);
  }

  private static double gemm(Entries entries) {
    return 2.0 * entries.size() * entries.rows() * entries.cols();
  }

  private static double fft(Entries entries) {
    double cells = (double) entries.rows() * entries.cols() / 2;
    return FFT_PENALTY * cells * (work(entries.rows()) + work(entries.cols()));
  }

  private static double work(int length) {
    double work = 0;
    for (int factor : RowFft.factors(length)) {
      work += factor <= 4 ? 3 : 2.0 * factor;
    }
    return work;
  }
}
