package io.fourierft.benchmarks;

import io.fourierft.delta.DeltaForm;
import io.fourierft.delta.DeltaForms;
import io.fourierft.delta.DeltaOptions;
import io.fourierft.delta.FormKind;
import io.fourierft.delta.TokenForm;
import io.fourierft.engine.Arena;
import io.fourierft.spectral.Entries;
import io.fourierft.spectral.EntryRule;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What one layer's weight change costs, measured and as {@link DeltaForms} predicts it, in every
 * form that is not far from the best; one JSON line each, behind {@code "@ "}, for scaling.py.
 */
public final class Scaling {
  private static final List<FormKind> DENSE =
      List.of(FormKind.FOLDED_GEMM, FormKind.REAL_FFT, FormKind.BASIS_GEMM);
  private static final double MILLION = 1e6;

  /** Forms that the model puts this far behind the best are not measured. */
  private static final double FAR = 5;

  private static final double WARM_MS = 250;
  private static final double MEASURE_MS = 300;

  private final PrintStream out = System.out;
  private final int threads;

  private Scaling(int threads) {
    this.threads = threads;
  }

  /**
   * Measures.
   *
   * @param arguments threads, sizes, counts of coefficients, sizes and numbers of the tokens; lists
   *     by commas
   */
  public static void main(String[] arguments) {
    Scaling scaling = new Scaling(Integer.parseInt(arguments[0]));
    for (int n : numbers(arguments[2])) {
      for (int d : numbers(arguments[1])) {
        scaling.dense(d, n);
      }
    }
    for (int d : numbers(arguments[3])) {
      scaling.tokens(d, numbers(arguments[4]));
    }
  }

  private static int[] numbers(String list) {
    return list.isEmpty()
        ? new int[0]
        : Arrays.stream(list.split(",")).mapToInt(Integer::parseInt).toArray();
  }

  private void dense(int d, int n) {
    Entries entries = Entries.of(EntryRule.seeded(777), d, d, n);
    FormKind chosen = DeltaForms.cheapest(entries, DataType.FLOAT, Long.MAX_VALUE);
    double least = estimate(entries, chosen, 0, 1);
    for (FormKind kind : DENSE) {
      if (estimate(entries, kind, 0, 1) > FAR * least) {
        continue;
      }
      double[] times = dense(entries, kind);
      out.printf(
          Locale.ROOT,
          "@ {\"d\": %d, \"n\": %d, \"form\": \"%s\", \"chosen\": %b, \"delta\": %.4f, \"gradient\":"
              + " %.4f, \"predicted\": %.4f}%n",
          d,
          n,
          kind,
          kind == chosen,
          times[0],
          times[1],
          estimate(entries, kind, 0, threads));
    }
  }

  /** Milliseconds of the weight change and of its adjoint. */
  private static double[] dense(Entries entries, FormKind kind) {
    DeltaOptions options = DeltaOptions.fourier().withForm(kind);
    try (DeltaForm form = DeltaForms.choose(entries, options, DataType.FLOAT);
        INDArray c = Nd4j.randn(DataType.FLOAT, entries.size());
        INDArray matrix = Nd4j.create(DataType.FLOAT, entries.rows(), entries.cols());
        INDArray gradient = Nd4j.zeros(DataType.FLOAT, entries.size())) {
      double delta = median(() -> form.materialise(c, 1e-3, matrix));
      double back = median(() -> form.addGradient(matrix, 1e-3, gradient));
      return new double[] {delta, back};
    }
  }

  private void tokens(int d, int[] counts) {
    int n = 1000;
    Entries entries = Entries.of(EntryRule.seeded(777), d, d, n);
    FormKind kind = DeltaForms.cheapest(entries, DataType.FLOAT, Long.MAX_VALUE);
    TokenForm form = TokenForm.of(entries, DataType.FLOAT);
    try (DeltaForm dense = DeltaForms.choose(entries, DataType.FLOAT);
        Arena arena = Arena.of(DataType.FLOAT);
        INDArray c = Nd4j.randn(DataType.FLOAT, n);
        INDArray gradient = Nd4j.zeros(DataType.FLOAT, n);
        INDArray matrix = Nd4j.create(DataType.FLOAT, d, d)) {
      double once = median(() -> dense.materialise(c, 1e-3, matrix));
      for (int tokens : counts) {
        try (INDArray x = Nd4j.randn(DataType.FLOAT, tokens, d);
            INDArray y = Nd4j.zeros(DataType.FLOAT, tokens, d)) {
          double product = median(() -> form.addProduct(c, 1e-3, x, y));
          double own = median(() -> form.addGradient(x, y, 1e-3, gradient));
          double through = median(() -> dense.addGradient(x, y, 1e-3, arena, gradient));
          out.printf(
              Locale.ROOT,
              "@ {\"d\": %d, \"n\": %d, \"tokens\": %d, \"product\": %.4f, \"gradient\": %.4f,"
                  + " \"matrix\": %.4f, \"matrix_gradient\": %.4f, \"predicted\": %.4f,"
                  + " \"predicted_matrix\": %.4f, \"per_token\": %b}%n",
              d,
              n,
              tokens,
              product,
              own,
              once,
              through,
              estimate(entries, FormKind.PER_TOKEN, tokens, threads),
              estimate(entries, kind, 0, threads),
              DeltaForms.cheapest(entries, DataType.FLOAT, tokens) == FormKind.PER_TOKEN);
        }
      }
    }
  }

  private static double estimate(Entries entries, FormKind kind, long tokens, int threads) {
    return DeltaForms.estimate(entries, kind, tokens, threads) / MILLION;
  }

  /** Milliseconds of a call once it is warm. */
  private static double median(Runnable work) {
    run(work, WARM_MS, 2);
    List<Double> times = run(work, MEASURE_MS, 3);
    times.sort(null);
    return times.get(times.size() / 2);
  }

  private static List<Double> run(Runnable work, double milliseconds, int least) {
    List<Double> times = new ArrayList<>();
    double sum = 0;
    while (sum < milliseconds || times.size() < least) {
      long start = System.nanoTime();
      work.run();
      double time = (System.nanoTime() - start) / MILLION;
      times.add(time);
      sum += time;
    }
    return times;
  }
}
