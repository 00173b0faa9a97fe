package io.fourierft.samples.report;

import io.fourierft.samples.report.LineChart.Point;
import java.util.List;
import java.util.Locale;

/**
 * Points in the plane, in groups of one colour each.
 *
 * @param title what is shown
 * @param groups the groups, 1 to 8
 */
public record ScatterPlot(String title, List<List<Point>> groups) implements Fragment {
  private static final int MOST_GROUPS = 8;
  private static final int WIDTH = 560; // as a line chart, to stand beside one
  private static final int HEIGHT = 300;
  private static final int LEFT = 52;
  private static final int BOTTOM = 46;
  private static final int TICKS = 6;

  /** Keeps copies. */
  public ScatterPlot {
    groups = groups.stream().map(List::copyOf).toList();
    if (groups.isEmpty() || groups.size() > MOST_GROUPS) {
      throw new IllegalArgumentException(
          "groups of points expected 1 to " + MOST_GROUPS + " but found " + groups.size());
    }
  }

  @Override
  public String html() {
    double reach =
        groups.stream()
            .flatMap(List::stream)
            .mapToDouble(point -> Math.max(Math.abs(point.x()), Math.abs(point.y())))
            .max()
            .orElse(1);
    Axis x = Axis.over(-reach, reach, TICKS, LEFT, WIDTH - 16);
    Axis y = Axis.over(-reach, reach, TICKS, HEIGHT - BOTTOM, 14);
    StringBuilder out = new StringBuilder("<figure>\n<figcaption>");
    out.append(Html.text(title)).append("</figcaption>\n");
    out.append("<svg role=\"img\" viewBox=\"0 0 " + WIDTH + " " + HEIGHT + "\">\n");
    grid(out, x, y);
    for (int group = 0; group < groups.size(); group++) {
      for (Point point : groups.get(group)) {
        out.append(
            String.format(
                Locale.ROOT,
                "<circle class=\"group%d\" r=\"2.4\" cx=\"%.1f\" cy=\"%.1f\"/>%n",
                group,
                x.at(point.x()),
                y.at(point.y())));
      }
    }
    return out.append("</svg>\n</figure>\n").toString();
  }

  private static void grid(StringBuilder out, Axis x, Axis y) {
    for (double tick : x.ticks()) {
      line(out, x.at(tick), y.from(), x.at(tick), y.to());
      text(out, "middle", x.at(tick), y.from() + 18, Html.tick(tick, x.step()));
    }
    for (double tick : y.ticks()) {
      line(out, x.from(), y.at(tick), x.to(), y.at(tick));
      text(out, "end", x.from() - 7, y.at(tick) + 4, Html.tick(tick, y.step()));
    }
  }

  private static void line(StringBuilder out, double x1, double y1, double x2, double y2) {
    out.append(
        String.format(
            Locale.ROOT,
            "<line class=\"grid\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>%n",
            x1,
            y1,
            x2,
            y2));
  }

  private static void text(StringBuilder out, String anchor, double x, double y, String text) {
    out.append(
        String.format(
            Locale.ROOT,
            "<text text-anchor=\"%s\" x=\"%.1f\" y=\"%.1f\">%s</text>%n",
            anchor,
            x,
            y,
            Html.text(text)));
  }
}
