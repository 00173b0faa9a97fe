package io.fourierft.samples.report;

import java.util.List;

/**
 * Curves over a common axis.
 *
 * @param title what is shown
 * @param xTitle what runs to the right
 * @param curves the curves, at least one; the first two colours are the report's own
 */
public record LineChart(String title, String xTitle, List<Curve> curves) implements Fragment {
  private static final int WIDTH = 560;
  private static final int HEIGHT = 300;
  private static final int LEFT = 52;
  private static final int BOTTOM = 46;
  private static final int MOST_POINTS = 600;

  /**
   * One curve.
   *
   * @param name what it shows
   * @param style how it is drawn
   * @param points its points, x ascending
   */
  public record Curve(String name, Style style, List<Point> points) {
    /** Keeps a copy of the points that can be drawn. */
    public Curve {
      points =
          points.stream()
              .filter(point -> Double.isFinite(point.x()) && Double.isFinite(point.y()))
              .toList();
    }
  }

  /**
   * One point.
   *
   * @param x to the right
   * @param y upwards
   */
  public record Point(double x, double y) {}

  /** How a curve is drawn. */
  public enum Style {
    /** A strong line. */
    MAIN,
    /** A pale line, behind the others. */
    FAINT,
    /** A strong line in the second colour, with its points. */
    SECOND,
    /** A strong line in the second colour. */
    OTHER,
    /** A dashed line. */
    REFERENCE
  }

  /** Keeps a copy. */
  public LineChart {
    curves = List.copyOf(curves);
  }

  @Override
  public String html() {
    List<Point> all = curves.stream().flatMap(curve -> curve.points().stream()).toList();
    if (all.isEmpty()) {
      return "<figure><figcaption>" + Html.text(title) + ": no points</figcaption></figure>\n";
    }
    double highest = all.stream().mapToDouble(Point::y).max().orElseThrow();
    double lowest = all.stream().mapToDouble(Point::y).min().orElseThrow();
    double end = all.stream().mapToDouble(Point::x).max().orElseThrow();
    Axis x = Axis.upTo(end, 6, LEFT, WIDTH - 16);
    Axis y = Axis.over(Math.min(0, lowest), highest, 5, HEIGHT - BOTTOM, 14);
    StringBuilder out = new StringBuilder();
    out.append("<figure>\n<figcaption>").append(Html.text(title)).append("</figcaption>\n");
    out.append("<svg role=\"img\" viewBox=\"0 0 " + WIDTH + " " + HEIGHT + "\">\n");
    grid(out, x, y);
    curves.forEach(curve -> draw(out, curve, x, y));
    out.append("</svg>\n<p class=\"legend\">");
    for (Curve curve : curves) {
      out.append("<span class=\"key ").append(css(curve)).append("\"></span>");
      out.append(Html.text(curve.name())).append(' ');
    }
    return out.append("</p>\n</figure>\n").toString();
  }

  private void grid(StringBuilder out, Axis x, Axis y) {
    for (double tick : y.ticks()) {
      String at = Html.number(y.at(tick));
      line(out, Html.number(x.from()), at, Html.number(x.to()), at);
      text(out, "end", x.from() - 8, y.at(tick) + 4, Html.tick(tick, y.step()));
    }
    for (double tick : x.ticks()) {
      text(out, "middle", x.at(tick), y.from() + 18, Html.tick(tick, x.step()));
    }
    text(out, "middle", (x.from() + x.to()) / 2, HEIGHT - 8, xTitle);
  }

  private static void line(StringBuilder out, String x1, String y1, String x2, String y2) {
    out.append("<line class=\"grid\" x1=\"").append(x1).append("\" y1=\"").append(y1);
    out.append("\" x2=\"").append(x2).append("\" y2=\"").append(y2).append("\"/>\n");
  }

  private static void text(StringBuilder out, String anchor, double x, double y, String text) {
    out.append("<text text-anchor=\"").append(anchor).append("\" x=\"").append(Html.number(x));
    out.append("\" y=\"").append(Html.number(y)).append("\">");
    out.append(Html.text(text)).append("</text>\n");
  }

  private static void draw(StringBuilder out, Curve curve, Axis x, Axis y) {
    int stride = Math.max(1, curve.points().size() / MOST_POINTS);
    out.append("<polyline class=\"").append(css(curve)).append("\" points=\"");
    for (int i = 0; i < curve.points().size(); i += stride) {
      Point point = curve.points().get(i);
      out.append(Html.number(x.at(point.x()))).append(',');
      out.append(Html.number(y.at(point.y()))).append(' ');
    }
    out.append("\"/>\n");
    if (curve.style() == Style.SECOND) {
      for (Point point : curve.points()) {
        out.append("<circle class=\"second\" r=\"3\" cx=\"").append(Html.number(x.at(point.x())));
        out.append("\" cy=\"").append(Html.number(y.at(point.y()))).append("\"/>\n");
      }
    }
  }

  private static String css(Curve curve) {
    return curve.style().name().toLowerCase(java.util.Locale.ROOT);
  }
}
