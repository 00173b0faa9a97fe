package io.fourierft.samples.figure7;

import io.fourierft.samples.figure7.FigureSeven.Result;
import io.fourierft.samples.report.HtmlReport;
import io.fourierft.samples.report.HtmlReport.Figure;
import io.fourierft.samples.report.LineChart;
import io.fourierft.samples.report.LineChart.Point;
import io.fourierft.samples.report.LineChart.Style;
import io.fourierft.samples.report.ScatterPlot;
import io.fourierft.samples.report.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** The experiment as one HTML file. */
public final class FigureReport {
  private FigureReport() {}

  /**
   * Draws the data and both methods' curves.
   *
   * @param result what came out
   * @param seed of the run
   * @return the report
   */
  public static HtmlReport of(Result result, long seed) {
    Curve fourier = result.fourier();
    Curve lora = result.bestLora();
    HtmlReport report =
        new HtmlReport(
            "What 128 parameters can express",
            "Figure 7 of the FourierFT paper (Appendix C.2): a network of random weights learns to"
                + " tell eight clusters of points, by changing one hidden layer of 64 x 64 and"
                + " nothing else. LoRA of rank 1 and FourierFT with n = 128 train as many"
                + " parameters.");
    report.figures(
        List.of(
            new Figure(percent(fourier.best()), "FourierFT, 128 parameters"),
            new Figure(perfect(fourier), "FourierFT tells all points"),
            new Figure(percent(lora.best()), "LoRA, 128 parameters, best epoch"),
            new Figure(perfect(lora), "LoRA tells all points")));
    report.section(
        "Figure 7",
        "Left: the points, one colour for each class. Right: the share of points that are told"
            + " right after each epoch; an epoch is one AdamW step on all points. LoRA is shown at"
            + " the best of its learning rates.",
        new ScatterPlot("Data", groups(result.clusters())),
        accuracies(fourier, lora));
    return report.section("Runs", "", runs(result), settings(seed));
  }

  private static List<List<Point>> groups(Clusters clusters) {
    float[] x = clusters.x();
    float[] y = clusters.y();
    int[] labels = clusters.labels();
    List<List<Point>> groups = new ArrayList<>();
    for (int label = 0; label < Clusters.CLASSES; label++) {
      int group = label;
      groups.add(
          IntStream.range(0, labels.length)
              .filter(i -> labels[i] == group)
              .mapToObj(i -> new Point(x[i], y[i]))
              .toList());
    }
    return groups;
  }

  private static LineChart accuracies(Curve fourier, Curve lora) {
    return new LineChart(
        "Accuracy",
        "epoch",
        List.of(
            new LineChart.Curve(
                "LoRA, r = 1, learning rate " + lora.rate(), Style.OTHER, points(lora)),
            new LineChart.Curve("FourierFT, n = 128", Style.MAIN, points(fourier))));
  }

  private static List<Point> points(Curve curve) {
    double[] accuracies = curve.accuracies();
    return IntStream.range(0, accuracies.length)
        .mapToObj(i -> new Point(i + 1, accuracies[i]))
        .toList();
  }

  private static Table runs(Result result) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(row(result.fourier()));
    result.lora().forEach(curve -> rows.add(row(curve)));
    List<String> head = List.of("Method", "Learning rate", "Best", "Last", "All points");
    return new Table("", head, rows);
  }

  private static List<String> row(Curve curve) {
    double[] accuracies = curve.accuracies();
    return List.of(
        curve.name(),
        Double.toString(curve.rate()),
        percent(curve.best()),
        percent(accuracies[accuracies.length - 1]),
        perfect(curve));
  }

  private static Table settings(long seed) {
    return new Table(
        "",
        List.of(),
        List.of(
            List.of("Network", "2 - 64 - 64 - 8, ReLU, random and frozen"),
            List.of("Points", "25 around each of 8 centres, noise 0.4"),
            List.of("FourierFT", "scaling 300, zero start, entries from seed 777"),
            List.of("LoRA", "B at zero, A random"),
            List.of("Optimiser", "AdamW, constant rate, no decay"),
            List.of("Seed", Long.toString(seed))));
  }

  private static String perfect(Curve curve) {
    return curve.perfectAt().isPresent() ? "epoch\u00a0" + curve.perfectAt().getAsInt() : "never";
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f\u00a0%%", 100 * share);
  }
}
