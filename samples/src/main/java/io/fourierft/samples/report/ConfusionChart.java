package io.fourierft.samples.report;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How often each category was taken for each other: a row is a category, a column an answer. */
public final class ConfusionChart implements Fragment {
  private static final int CELL = 24;
  private static final int LEFT = 140;
  private static final int TOP = 110;

  private final List<String> labels;
  private final int[][] counts;

  /**
   * Makes a chart.
   *
   * @param labels names of the categories
   * @param counts {@code [category][answer]}, square, one row for each category
   */
  public ConfusionChart(List<String> labels, int[][] counts) {
    this.labels = List.copyOf(labels);
    this.counts = Arrays.stream(counts).map(int[]::clone).toArray(int[][]::new);
    int size = this.labels.size();
    if (counts.length != size || Arrays.stream(counts).anyMatch(row -> row.length != size)) {
      throw new IllegalArgumentException(
          "confusion counts expected "
              + size
              + " x "
              + size
              + " but found "
              + counts.length
              + " rows");
    }
  }

  @Override
  public String html() {
    int side = labels.size() * CELL;
    StringBuilder out = new StringBuilder("<figure class=\"wide\">\n");
    out.append(
        String.format(
            Locale.ROOT,
            "<svg role=\"img\" class=\"confusion\" viewBox=\"0 0 %d %d\">%n",
            LEFT + side + 60,
            TOP + side + 8));
    for (int i = 0; i < labels.size(); i++) {
      String label = Html.text(labels.get(i));
      out.append(
          String.format(
              Locale.ROOT,
              "<text text-anchor=\"end\" x=\"%d\" y=\"%d\">%s</text>%n",
              LEFT - 8,
              TOP + i * CELL + 16,
              label));
      out.append(
          String.format(
              Locale.ROOT,
              "<text transform=\"translate(%d %d) rotate(-50)\">%s</text>%n",
              LEFT + i * CELL + 14,
              TOP - 8,
              label));
      row(out, i);
    }
    out.append("</svg>\n</figure>\n");
    return out.toString();
  }

  private void row(StringBuilder out, int category) {
    int total = Arrays.stream(counts[category]).sum();
    for (int answer = 0; answer < labels.size(); answer++) {
      int count = counts[category][answer];
      double share = total == 0 ? 0 : (double) count / total;
      cell(out, category, answer, count, share);
    }
    String recall =
        total == 0
            ? "none"
            : String.format(Locale.ROOT, "%.0f %%", 100.0 * counts[category][category] / total);
    out.append(
        String.format(
            Locale.ROOT,
            "<text class=\"soft\" x=\"%d\" y=\"%d\">%s</text>%n",
            LEFT + labels.size() * CELL + 8,
            TOP + category * CELL + 16,
            recall));
  }

  private void cell(StringBuilder out, int category, int answer, int count, double share) {
    int x = LEFT + answer * CELL;
    int y = TOP + category * CELL;
    out.append(
        String.format(
            Locale.ROOT,
            "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill-opacity=\"%.3f\">"
                + "<title>%s, taken for %s: %d</title></rect>%n",
            category == answer ? "hit" : "miss",
            x,
            y,
            CELL - 1,
            CELL - 1,
            count == 0 ? 0.04 : 0.12 + 0.88 * Math.sqrt(share),
            Html.text(labels.get(category)),
            Html.text(labels.get(answer)),
            count));
    if (count > 0) {
      out.append(
          String.format(
              Locale.ROOT,
              "<text class=\"count%s\" text-anchor=\"middle\" x=\"%d\" y=\"%d\">%d</text>%n",
              share > 0.3 ? " strong" : "",
              x + CELL / 2,
              y + 15,
              count));
    }
  }
}
