package io.fourierft.samples.report;

import java.util.Locale;

/** Where in the spectrum the trained entries lie, and how large they have become. */
public final class SpectrumMap implements Fragment {
  private static final int SIDE = 420;
  private static final int LEFT = 46;
  private static final double SMALLEST = 0.8;
  private static final double LARGEST = 5;

  private final String title;
  private final int rows;
  private final int columns;
  private final int[] rowIndices;
  private final int[] columnIndices;
  private final float[] coefficients;

  /**
   * Makes a map.
   *
   * @param title what is shown
   * @param rows rows of the spectrum
   * @param columns columns of the spectrum
   * @param rowIndices row of each entry
   * @param columnIndices column of each entry
   * @param coefficients value of each entry
   */
  public SpectrumMap(
      String title,
      int rows,
      int columns,
      int[] rowIndices,
      int[] columnIndices,
      float[] coefficients) {
    if (rowIndices.length != coefficients.length || columnIndices.length != coefficients.length) {
      throw new IllegalArgumentException(
          "entries expected "
              + coefficients.length
              + " but found "
              + rowIndices.length
              + " rows and "
              + columnIndices.length
              + " columns");
    }
    this.title = title;
    this.rows = rows;
    this.columns = columns;
    this.rowIndices = rowIndices.clone();
    this.columnIndices = columnIndices.clone();
    this.coefficients = coefficients.clone();
  }

  @Override
  public String html() {
    StringBuilder out = new StringBuilder("<figure>\n<figcaption>");
    out.append(Html.text(title)).append("</figcaption>\n");
    out.append(
        String.format(
            Locale.ROOT,
            "<svg role=\"img\" class=\"spectrum\" viewBox=\"0 0 %d %d\">%n"
                + "<rect class=\"plane\" x=\"%d\" y=\"0\" width=\"%d\" height=\"%d\"/>%n",
            LEFT + SIDE + 8,
            SIDE + 40,
            LEFT,
            SIDE,
            SIDE));
    axes(out);
    float largest = 0;
    for (float coefficient : coefficients) {
      largest = Math.max(largest, Math.abs(coefficient));
    }
    for (int i = 0; i < coefficients.length; i++) {
      dot(out, i, largest == 0 ? 0 : Math.abs(coefficients[i]) / largest);
    }
    out.append("</svg>\n<p class=\"legend\"><span class=\"key plus\"></span>positive ");
    out.append("<span class=\"key minus\"></span>negative, size: magnitude</p>\n</figure>\n");
    return out.toString();
  }

  private void dot(StringBuilder out, int entry, double size) {
    out.append(
        String.format(
            Locale.ROOT,
            "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"%.2f\"/>%n",
            coefficients[entry] >= 0 ? "plus" : "minus",
            LEFT + (columnIndices[entry] + 0.5) / columns * SIDE,
            (rowIndices[entry] + 0.5) / rows * SIDE,
            SMALLEST + (LARGEST - SMALLEST) * size));
  }

  private void axes(StringBuilder out) {
    out.append(
        String.format(
            Locale.ROOT,
            "<text text-anchor=\"end\" x=\"%d\" y=\"10\">0</text>%n"
                + "<text text-anchor=\"end\" x=\"%d\" y=\"%d\">%d</text>%n"
                + "<text text-anchor=\"middle\" transform=\"translate(14 %d) rotate(-90)\">row"
                + " frequency</text>%n"
                + "<text x=\"%d\" y=\"%d\">0</text>%n"
                + "<text text-anchor=\"end\" x=\"%d\" y=\"%d\">%d</text>%n"
                + "<text text-anchor=\"middle\" x=\"%d\" y=\"%d\">column frequency</text>%n",
            LEFT - 6,
            LEFT - 6,
            SIDE,
            rows - 1,
            SIDE / 2,
            LEFT,
            SIDE + 16,
            LEFT + SIDE,
            SIDE + 16,
            columns - 1,
            LEFT + SIDE / 2,
            SIDE + 32));
  }
}
