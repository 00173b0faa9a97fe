package io.fourierft.samples.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fourierft.samples.report.LineChart.Curve;
import io.fourierft.samples.report.LineChart.Point;
import io.fourierft.samples.report.LineChart.Style;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class HtmlReportTest {
  private static final String HOSTILE = "<script>alert('x')</script>&\"\u0000";

  @TempDir private Path folder;

  static List<Fragment> hostileFragments() {
    return List.of(
        new LineChart(
            HOSTILE,
            HOSTILE,
            List.of(new Curve(HOSTILE, Style.MAIN, List.of(new Point(0, 1), new Point(1, 2))))),
        new LineChart(HOSTILE, HOSTILE, List.of(new Curve(HOSTILE, Style.MAIN, List.of()))),
        new ConfusionChart(List.of(HOSTILE, "b"), new int[][] {{1, 2}, {0, 0}}),
        new SpectrumMap(HOSTILE, 4, 4, new int[] {1}, new int[] {3}, new float[] {0}),
        new HeatMap(HOSTILE, 2, 3, new float[] {0, 1, -1, 2, -2, Float.NaN}),
        new Table(HOSTILE, List.of(HOSTILE), List.of(List.of(HOSTILE))));
  }

  @ParameterizedTest
  @MethodSource("hostileFragments")
  void fragmentsAreWellFormedAndEscapeWhatTheyAreGiven(Fragment fragment) throws Exception {
    String html = fragment.html();

    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader("<all>" + html + "</all>")));
    assertThat(document.getElementsByTagName("script").getLength()).isZero();
    assertThat(html).doesNotContain("<script");
  }

  @Test
  void theFileLoadsNothingAndRunsNothing() throws IOException {
    Path file = folder.resolve("made/report.html");

    example().write(file);

    assertThat(file).content().startsWith("<!DOCTYPE html>").endsWith("</html>\n");
    assertThat(Files.readString(file))
        .doesNotContain("<script", "<link", "http:", "https:", "url(", "@import", "onload")
        .contains("prefers-color-scheme: dark", "&lt;script&gt;");
    assertThat(file.getParent().toFile().list()).containsExactly("report.html");
  }

  @Test
  void countsThatDoNotFitTheLabelsAreRefused() {
    assertThatThrownBy(() -> new ConfusionChart(List.of("a", "b"), new int[][] {{1}, {2}}))
        .hasMessage("confusion counts expected 2 x 2 but found 2 rows");
  }

  @Test
  void ticksAreRoundAndCoverTheValues() {
    Axis axis = Axis.over(0.13, 3.19, 5, 0, 100);

    assertThat(axis.ticks()).containsExactly(0.0, 1.0, 2.0, 3.0, 4.0);
    assertThat(axis.at(4)).isEqualTo(100);
    assertThat(Html.tick(0.25, 0.05)).isEqualTo("0.25");
    assertThat(Html.tick(200, 100)).isEqualTo("200");
  }

  /** A report of made-up shapes with every kind of part. */
  static HtmlReport example() {
    Random random = new Random(7);
    List<Point> loss =
        IntStream.range(0, 375)
            .mapToObj(
                i -> new Point(i, 3.2 * Math.exp(-i / 90.0) + 0.6 + random.nextDouble() * 0.3))
            .toList();
    List<Point> smooth = loss.stream().map(p -> new Point(p.x(), p.y() - 0.1)).toList();
    List<Point> accuracy =
        IntStream.rangeClosed(1, 8).mapToObj(i -> new Point(i * 47, 0.82 - 0.5 / i)).toList();
    List<String> labels = IntStream.range(0, 25).mapToObj(i -> "category" + i).toList();
    int[][] counts = new int[25][25];
    for (int i = 0; i < 2000; i++) {
      int label = random.nextInt(25);
      counts[label][random.nextInt(5) > 0 ? label : random.nextInt(25)]++;
    }
    int[] rows = random.ints(1000, 0, 384).toArray();
    int[] columns = random.ints(1000, 0, 384).toArray();
    float[] coefficients = new float[1000];
    float[] delta = new float[384 * 384];
    for (int i = 0; i < coefficients.length; i++) {
      coefficients[i] = (float) random.nextGaussian();
    }
    for (int i = 0; i < delta.length; i++) {
      delta[i] = (float) (Math.sin(i / 384 * 0.3) * Math.cos(i % 384 * 0.1) * 1e-3);
    }
    return new HtmlReport("Fine-tuning <script> report", "An example of made-up figures.")
        .figures(
            List.of(
                new HtmlReport.Figure("82.0 %", "test accuracy"),
                new HtmlReport.Figure("76.9 %", "linear probing"),
                new HtmlReport.Figure("12,000", "trained coefficients"),
                new HtmlReport.Figure("47.2 KB", "adapter without head"),
                new HtmlReport.Figure("1 min 21 s", "training")))
        .section(
            "Training",
            "A note.",
            new LineChart(
                "Loss",
                "step",
                List.of(
                    new Curve("each step", Style.FAINT, loss),
                    new Curve("smoothed", Style.MAIN, smooth))),
            new LineChart(
                "Accuracy",
                "step",
                List.of(
                    new Curve("test", Style.SECOND, accuracy),
                    new Curve(
                        "linear probing",
                        Style.REFERENCE,
                        List.of(new Point(0, 0.769), new Point(375, 0.769))))))
        .section("Confusion", "Rows are categories.", new ConfusionChart(labels, counts))
        .section(
            "The adapter",
            "",
            new SpectrumMap("Entries", 384, 384, rows, columns, coefficients),
            new HeatMap("delta W", 384, 384, delta))
        .section(
            "Settings",
            "",
            new Table(
                "Method", List.of(), List.of(List.of("n", "1000"), List.of("scaling", "150"))),
            new Table("Data", List.of("split", "rows"), List.of(List.of("train", "12,000"))));
  }
}
