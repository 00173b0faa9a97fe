package io.fourierft.benchmarks;

import io.fourierft.delta.DeltaForm;
import io.fourierft.delta.DeltaForms;
import io.fourierft.delta.FormKind;
import io.fourierft.delta.TokenForm;
import io.fourierft.engine.Arena;
import io.fourierft.samples.report.HtmlReport;
import io.fourierft.samples.report.LineChart;
import io.fourierft.spectral.Entries;
import io.fourierft.spectral.EntryRule;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What a weight change costs against its size, its coefficients and the tokens of a step, beside
 * what the model of {@link DeltaForms} predicts. Prints a table and writes a page with a plot.
 */
public final class Scaling {
  private static final int[] SIZES = {384, 768, 1024, 2048, 4096};
  private static final int[] COUNTS = {100, 1000, 4000, 12_288};
  private static final int[] TOKENS = {1, 8, 64, 512, 8192};
  private static final int[] TOKEN_SIZES = {768, 4096};
  private static final double MILLION = 1e6;

  private final PrintStream out = System.out;

  private Scaling() {}

  /**
   * Measures.
   *
   * @param arguments the page's file
   * @throws IOException if it cannot be written
   */
  public static void main(String[] arguments) throws IOException {
    new Scaling().run(Path.of(arguments[0]));
  }

  private void run(Path page) throws IOException {
    int threads = Nd4j.getEnvironment().maxMasterThreads();
    out.printf("%d threads; predictions are of one thread%n", threads);
    out.println("| d | n | form | delta, ms | gradient, ms | predicted, ms |");
    out.println("|---|---|---|---|---|---|");
    List<LineChart.Curve> curves = new ArrayList<>();
    for (int n : COUNTS) {
      List<LineChart.Point> measured = new ArrayList<>();
      List<LineChart.Point> predicted = new ArrayList<>();
      for (int d : SIZES) {
        double[] row = dense(d, n);
        measured.add(new LineChart.Point(d, row[0]));
        predicted.add(new LineChart.Point(d, row[1] / threads));
      }
      boolean ends = n == COUNTS[1] || n == COUNTS[3];
      if (ends) {
        boolean many = n == COUNTS[3];
        curves.add(curve("n = " + n + ", measured", many, false, measured));
        curves.add(curve("n = " + n + ", predicted / threads", many, true, predicted));
      }
    }
    out.println();
    out.println(
        "| d | tokens | per token: product, ms | gradient from x and dy, ms | predicted, ms |");
    out.println("|---|---|---|---|---|");
    for (int d : TOKEN_SIZES) {
      for (int tokens : TOKENS) {
        perToken(d, tokens);
      }
    }
    new HtmlReport("Cost of a weight change", threads + " threads, float32")
        .section("A d x d weight change", "Milliseconds.", new LineChart("", "d", curves))
        .write(page);
    out.println("plot: " + page);
  }

  private static LineChart.Curve curve(
      String name, boolean many, boolean predicted, List<LineChart.Point> points) {
    LineChart.Style[] styles = LineChart.Style.values();
    int index = (many ? 2 : 0) + (predicted ? 1 : 0);
    return new LineChart.Curve(name, styles[index % styles.length], points);
  }

  /** Milliseconds of a weight change, measured and predicted. */
  private double[] dense(int d, int n) {
    Entries entries = Entries.of(EntryRule.seeded(777), d, d, n);
    FormKind kind = DeltaForms.cheapest(entries, DataType.FLOAT, Long.MAX_VALUE);
    double predicted = DeltaForms.estimate(entries, kind) / MILLION;
    try (DeltaForm form = DeltaForms.choose(entries, DataType.FLOAT);
        INDArray c = Nd4j.randn(DataType.FLOAT, n);
        INDArray matrix = Nd4j.create(DataType.FLOAT, d, d);
        INDArray gradient = Nd4j.zeros(DataType.FLOAT, n)) {
      double delta = median(() -> form.materialise(c, 1e-3, matrix));
      double back = median(() -> form.addGradient(matrix, 1e-3, gradient));
      out.printf("| %d | %d | %s | %.2f | %.2f | %.2f |%n", d, n, kind, delta, back, predicted);
      return new double[] {delta, predicted};
    }
  }

  private void perToken(int d, int tokens) {
    int n = 1000;
    Entries entries = Entries.of(EntryRule.seeded(777), d, d, n);
    double predicted = tokens * DeltaForms.estimate(entries, FormKind.PER_TOKEN) / MILLION;
    TokenForm form = TokenForm.of(entries, DataType.FLOAT);
    try (DeltaForm dense = DeltaForms.choose(entries, DataType.FLOAT);
        Arena arena = Arena.of(DataType.FLOAT);
        INDArray c = Nd4j.randn(DataType.FLOAT, n);
        INDArray x = Nd4j.randn(DataType.FLOAT, tokens, d);
        INDArray y = Nd4j.zeros(DataType.FLOAT, tokens, d);
        INDArray gradient = Nd4j.zeros(DataType.FLOAT, n)) {
      double product = median(() -> form.addProduct(c, 1e-3, x, y));
      double back = median(() -> dense.addGradient(x, y, 1e-3, arena, gradient));
      out.printf("| %d | %d | %.3f | %.3f | %.3f |%n", d, tokens, product, back, predicted);
    }
  }

  private static double median(Runnable work) {
    work.run();
    work.run();
    double[] times = new double[7];
    for (int i = 0; i < times.length; i++) {
      long start = System.nanoTime();
      work.run();
      times[i] = (System.nanoTime() - start) / MILLION;
    }
    Arrays.sort(times);
    return times[times.length / 2];
  }
}
