package io.fourierft.samples.report;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import javax.imageio.ImageIO;

/** A matrix as an image: blue below zero, red above, clear at zero. */
public final class HeatMap implements Fragment {
  private static final int RED = 0xd1495b;
  private static final int BLUE = 0x2e6fba;

  /** Share of the values that the colours resolve; the few beyond are drawn at full strength. */
  private static final double RESOLVED = 0.995;

  private final String title;
  private final int rows;
  private final int columns;
  private final float[] values;

  /**
   * Makes an image.
   *
   * @param title what is shown
   * @param rows rows of the matrix
   * @param columns columns of the matrix
   * @param values its values, row by row
   */
  public HeatMap(String title, int rows, int columns, float[] values) {
    if (values.length == 0 || values.length != (long) rows * columns) {
      throw new IllegalArgumentException(
          "values expected " + rows + " x " + columns + " but found " + values.length);
    }
    this.title = title;
    this.rows = rows;
    this.columns = columns;
    this.values = values.clone();
  }

  @Override
  public String html() {
    float scale = scale();
    return "<figure>\n<figcaption>"
        + Html.text(title)
        + "</figcaption>\n<img class=\"heat\" alt=\""
        + Html.text(title)
        + "\" src=\"data:image/png;base64,"
        + Base64.getEncoder().encodeToString(png(scale))
        + "\"/>\n<p class=\"legend\">"
        + String.format(Locale.ROOT, "%.2e ", -scale)
        + "<span class=\"ramp\"></span>"
        + String.format(Locale.ROOT, " %.2e", scale)
        + ", "
        + rows
        + " rows, "
        + columns
        + " columns</p>\n</figure>\n";
  }

  private float scale() {
    float[] magnitudes = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      magnitudes[i] = Math.abs(values[i]);
    }
    Arrays.sort(magnitudes);
    return magnitudes[(int) ((magnitudes.length - 1) * RESOLVED)];
  }

  private byte[] png(float scale) {
    BufferedImage image = new BufferedImage(columns, rows, BufferedImage.TYPE_INT_ARGB);
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        float value = values[row * columns + column];
        float strength = scale == 0 ? 0 : Math.min(1, Math.abs(value) / scale);
        int alpha = Math.round(255 * strength);
        image.setRGB(column, row, alpha << 24 | (value >= 0 ? RED : BLUE));
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.setUseCache(false);
      if (!ImageIO.write(image, "png", bytes)) {
        throw new IllegalStateException("PNG writer expected in every JDK but found none");
      }
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }
}
