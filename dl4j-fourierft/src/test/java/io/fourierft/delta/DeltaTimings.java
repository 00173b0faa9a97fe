package io.fourierft.delta;

import io.fourierft.engine.Arena;
import io.fourierft.spectral.Entries;
import io.fourierft.spectral.EntryRule;
import java.util.Arrays;
import java.util.Locale;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Times the forms, for the table of docs/decisions/0003 and the constants of {@link FormCost}. Not
 * a test: run {@code main} with the test class path on a calm machine, {@code side n milliseconds}
 * triples as arguments; the last bounds the time spent on each measurement.
 */
final class DeltaTimings {
  private DeltaTimings() {}

  public static void main(String[] args) {
    for (int i = 0; i + 2 < args.length; i += 3) {
      int side = Integer.parseInt(args[i]);
      Entries entries =
          Entries.of(EntryRule.seeded(777), side, side, Integer.parseInt(args[i + 1]));
      double limit = Double.parseDouble(args[i + 2]);
      dense(entries, FormKind.FOLDED_GEMM, limit);
      dense(entries, FormKind.REAL_FFT, limit);
      dense(entries, FormKind.BASIS_GEMM, limit);
      for (int tokens : new int[] {1, 2, 32, 512}) {
        perToken(entries, tokens, limit);
      }
    }
  }

  private static void dense(Entries entries, FormKind kind, double limit) {
    DeltaOptions options = DeltaOptions.fourier().withForm(kind);
    long rows = entries.rows();
    long cols = entries.cols();
    FormCost cost = new FormCost(entries);
    double predicted =
        switch (kind) {
          case FOLDED_GEMM -> cost.folded(1);
          case REAL_FFT -> cost.fft();
          default -> cost.basis(2);
        };
    try (DeltaForm form = DeltaForms.choose(entries, options, DataType.FLOAT);
        INDArray c = Nd4j.rand(DataType.FLOAT, entries.size());
        INDArray dc = Nd4j.zeros(DataType.FLOAT, entries.size());
        INDArray w = Nd4j.rand(DataType.FLOAT, rows, cols)) {
      double delta = median(() -> form.materialise(c, 1, w), limit);
      double gradient = median(() -> form.addGradient(w, 1, dc), limit);
      print(
          "%d x %d, n = %d, %s: delta %.2f ms, gradient %.2f ms, predicted %.2f ms%n",
          rows, cols, entries.size(), kind, delta, gradient, predicted / 1e6);
    }
  }

  private static void perToken(Entries entries, int tokens, double limit) {
    TokenForm form = TokenForm.of(entries, DataType.FLOAT);
    try (INDArray c = Nd4j.rand(DataType.FLOAT, entries.size());
        INDArray dc = Nd4j.zeros(DataType.FLOAT, entries.size());
        INDArray x = Nd4j.rand(DataType.FLOAT, tokens, entries.cols());
        INDArray y = Nd4j.rand(DataType.FLOAT, tokens, entries.rows())) {
      double product = median(() -> form.addProduct(c, 1e-9, x, y), limit);
      double gradient = median(() -> form.addGradient(x, y, 1e-9, dc), limit);
      print(
          "%d x %d, n = %d, %d tokens: product %.4f ms, gradient %.4f ms a token (through the"
              + " matrix %.4f ms), predicted %.4f ms%n",
          entries.rows(),
          entries.cols(),
          entries.size(),
          tokens,
          product / tokens,
          gradient / tokens,
          denseGradient(entries, x, y, dc, limit) / tokens,
          new FormCost(entries).token() / 1e6);
    }
  }

  private static double denseGradient(
      Entries entries, INDArray x, INDArray dy, INDArray dc, double limit) {
    try (DeltaForm form = FoldedGemm.of(entries, DataType.FLOAT);
        Arena arena = Arena.of(DataType.FLOAT)) {
      return median(() -> form.addGradient(x, dy, 1e-9, arena, dc), limit);
    }
  }

  private static void print(String format, Object... values) {
    System.out.printf(Locale.ROOT, format, values);
  }

  private static double median(Runnable work, double limit) {
    long end = System.nanoTime() + (long) (limit * 1e6);
    for (int i = 0; i < 3 || i < 200 && System.nanoTime() < end; i++) {
      work.run();
    }
    double[] times = new double[200];
    int count = 0;
    end = System.nanoTime() + (long) (limit * 1e6);
    while (count < 5 || count < times.length && System.nanoTime() < end) {
      long begin = System.nanoTime();
      work.run();
      times[count++] = (System.nanoTime() - begin) / 1e6;
    }
    Arrays.sort(times, 0, count);
    return times[count / 2];
  }
}
