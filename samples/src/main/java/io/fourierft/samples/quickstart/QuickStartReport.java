package io.fourierft.samples.quickstart;

import io.fourierft.adapter.AdapterFileInfo;
import io.fourierft.adapter.AdapterLayer;
import io.fourierft.samples.classify.Accuracy;
import io.fourierft.samples.data.TextData;
import io.fourierft.samples.minilm.MiniLm;
import io.fourierft.samples.report.ConfusionChart;
import io.fourierft.samples.report.HeatMap;
import io.fourierft.samples.report.HtmlReport;
import io.fourierft.samples.report.HtmlReport.Figure;
import io.fourierft.samples.report.LineChart;
import io.fourierft.samples.report.LineChart.Curve;
import io.fourierft.samples.report.LineChart.Point;
import io.fourierft.samples.report.LineChart.Style;
import io.fourierft.samples.report.SpectrumMap;
import io.fourierft.samples.report.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/** The quick start's report. */
final class QuickStartReport {
  /** The smoothed loss is a running mean over this share of the steps. */
  private static final double SMOOTHING = 0.05;

  private final QuickStartOptions options;
  private final Trained trained;
  private final QuickStartResult result;
  private final OptionalLong peak;

  private QuickStartReport(
      QuickStartOptions options, Trained trained, QuickStartResult result, OptionalLong peak) {
    this.peak = peak;
    this.options = options;
    this.trained = trained;
    this.result = result;
  }

  static HtmlReport of(QuickStartOptions options, Trained trained, QuickStartResult result)
      throws IOException {
    return new QuickStartReport(options, trained, result, PeakMemory.bytes()).make();
  }

  private HtmlReport make() {
    TextData data = options.data();
    HtmlReport report =
        new HtmlReport(
            "FourierFT on " + data.name(),
            Texts.format(
                "%s, frozen, adapted to %d categories by %,d spectral coefficients: in Java, on the"
                    + " CPU.",
                MiniLm.ID, data.labels().size(), coefficients()));
    report.figures(figures());
    report.section(
        "Training",
        "The accuracy curve looks at the first "
            + Training.curveTexts(data)
            + " test examples only.",
        loss(),
        accuracy());
    report.section(
        "Confusion",
        "A row is a category, a column what its test examples were taken for; at the end of a row,"
            + " the share that was right.",
        new ConfusionChart(
            data.labels(), Accuracy.confusion(trained.evaluation(), data.labels().size())));
    AdapterLayer layer = trained.map().layer();
    report.section(
        "Inside the adapter",
        "The layer whose coefficients have grown most: "
            + layer.module()
            + ". Its "
            + layer.n()
            + " entries of the spectrum are all that was trained; the inverse Fourier transform"
            + " spreads them over the whole matrix.",
        spectrum(),
        new HeatMap("Change of the weight", layer.rows(), layer.cols(), trained.map().delta()));
    report.section("The fetched adapter at work", "", sentences());
    return report.section("Settings and sizes", "", settings(), sizes(), task());
  }

  private int coefficients() {
    return trained.adapter().layers().stream().mapToInt(AdapterLayer::n).sum();
  }

  private List<Figure> figures() {
    return List.of(
        new Figure(Texts.percent(result.accuracy()), "test accuracy"),
        new Figure(Texts.percent(result.probingAccuracy()), "linear probing"),
        new Figure(Texts.format("%,d", coefficients()), "trained coefficients"),
        new Figure(
            Texts.kilobytes(trained.file().size() - trained.file().tensorBytes()),
            "adapter without its head"),
        new Figure(Texts.seconds(trained.seconds()), "training"));
  }

  private LineChart loss() {
    List<Point> raw = points(trained.losses());
    List<Point> smooth = new ArrayList<>();
    double window = Math.max(2, SMOOTHING * raw.size());
    double mean = raw.isEmpty() ? 0 : raw.get(0).y();
    for (Point point : raw) {
      mean += (point.y() - mean) / Math.min(window, smooth.size() + 1);
      smooth.add(new Point(point.x(), mean));
    }
    return new LineChart(
        "Loss",
        "step",
        List.of(
            new Curve("each step", Style.FAINT, raw), new Curve("smoothed", Style.MAIN, smooth)));
  }

  private LineChart accuracy() {
    List<Point> points = points(trained.accuracies());
    double last = points.get(points.size() - 1).x();
    double probing = result.probingAccuracy();
    return new LineChart(
        "Accuracy",
        "step",
        List.of(
            new Curve("FourierFT", Style.SECOND, points),
            new Curve(
                "linear probing, at its end",
                Style.REFERENCE,
                List.of(new Point(0, probing), new Point(last, probing)))));
  }

  private static List<Point> points(List<TrainingCurve.Point> points) {
    return points.stream().map(point -> new Point(point.step(), point.value())).toList();
  }

  private SpectrumMap spectrum() {
    AdapterLayer layer = trained.map().layer();
    int[] rows = IntStream.range(0, layer.n()).map(trained.map().entries()::row).toArray();
    int[] columns = IntStream.range(0, layer.n()).map(trained.map().entries()::column).toArray();
    return new SpectrumMap(
        "Trained entries of the spectrum",
        layer.rows(),
        layer.cols(),
        rows,
        columns,
        layer.coefficients());
  }

  private Table sentences() {
    return new Table(
        "",
        List.of("Sentence", "Category", "Next"),
        result.answers().stream()
            .map(
                answer ->
                    List.of(
                        answer.sentence(),
                        Texts.answer(answer.scores()),
                        Texts.answer(answer.scores().subList(1, answer.scores().size()))))
            .toList());
  }

  private Table settings() {
    return new Table(
        "Method",
        List.of(),
        AdapterMaker.settings(options).entrySet().stream()
            .map(entry -> List.of(entry.getKey(), entry.getValue()))
            .toList());
  }

  private Table sizes() {
    AdapterFileInfo file = trained.file();
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("adapter file", Texts.kilobytes(file.size())));
    rows.add(List.of("coefficients in it", Texts.kilobytes(file.coefficientBytes())));
    rows.add(List.of("head in it", Texts.kilobytes(file.tensorBytes())));
    rows.add(List.of("names and metadata in it", Texts.kilobytes(file.overheadBytes())));
    rows.add(List.of("as F16", Texts.half(trained.half(), trained.evaluation().accuracy())));
    rows.add(
        List.of("published as", options.name() + " version " + result.version().substring(0, 12)));
    rows.add(
        List.of(
            "predictions after fetching",
            Texts.format("%,d of %,d identical", result.identical(), result.predictions())));
    rows.add(List.of("training", Texts.seconds(trained.seconds())));
    rows.add(
        List.of("speed", Texts.format("%.0f examples/s", trained.examples() / trained.seconds())));
    if (peak.isPresent()) {
      rows.add(List.of("peak memory", Texts.format("%.2f GB", peak.getAsLong() / 1e9)));
    }
    return new Table("Sizes and timings", List.of(), rows);
  }

  private Table task() {
    TextData data = options.data();
    return new Table(
        "Data",
        List.of(),
        List.of(
            List.of("task", data.name()),
            List.of("training examples", Texts.format("%,d", data.train().size())),
            List.of("test examples", Texts.format("%,d", data.test().size())),
            List.of("SHA-256 of the training split", data.trainDigest()),
            List.of("SHA-256 of the test split", data.testDigest())));
  }
}
