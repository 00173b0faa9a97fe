package io.fourierft.samples.figure7;

import io.fourierft.samples.figure7.FigureSeven.Result;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import javax.imageio.ImageIO;

/** The experiment as one picture: data on the left, curves on the right, as in the paper. */
public final class FigureImage {
  private static final int WIDTH = 1440;
  private static final int HEIGHT = 660;
  private static final int TOP = 60;
  private static final int SIDE = 500;
  private static final int LEFT = 90;
  private static final int RIGHT = 730;
  private static final int LENGTH = 660;
  private static final double REACH = 6;
  private static final Color INK = new Color(0x1c2430);
  private static final Color GRID = new Color(0xe1e5eb);
  private static final Color FOURIER = new Color(0x2457a6);
  private static final Color LORA = new Color(0xc2571a);
  private static final int[] GROUPS = {
    0x4477aa, 0xee6677, 0x228833, 0xccbb44, 0x66ccee, 0xaa3377, 0xee8866, 0x99a3b0
  };

  private final Result result;
  private final Graphics2D graphics;

  private FigureImage(Result result, Graphics2D graphics) {
    this.result = result;
    this.graphics = graphics;
  }

  /**
   * Writes the picture.
   *
   * @param result what came out
   * @param file where to, a PNG
   * @throws IOException if it cannot be written
   */
  public static void write(Result result, Path file) throws IOException {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, WIDTH, HEIGHT);
    FigureImage figure = new FigureImage(result, graphics);
    figure.data();
    figure.curves();
    graphics.dispose();
    Files.createDirectories(file.toAbsolutePath().getParent());
    if (!ImageIO.write(image, "png", file.toFile())) {
      throw new IllegalStateException("PNG writer expected in every JDK but found none");
    }
  }

  private void data() {
    title("Data: 8 classes of 25 points", LEFT);
    for (int tick = -6; tick <= 6; tick += 2) {
      double along = (tick + REACH) / (2 * REACH);
      vertical(LEFT + along * SIDE, TOP, SIDE, Integer.toString(tick));
      horizontal(TOP + (1 - along) * SIDE, LEFT, SIDE, Integer.toString(tick));
    }
    float[] x = result.clusters().x();
    float[] y = result.clusters().y();
    int[] labels = result.clusters().labels();
    for (int i = 0; i < labels.length; i++) {
      graphics.setColor(new Color(GROUPS[labels[i]]));
      double px = LEFT + (x[i] + REACH) / (2 * REACH) * SIDE;
      double py = TOP + (REACH - y[i]) / (2 * REACH) * SIDE;
      graphics.fill(new Ellipse2D.Double(px - 4, py - 4, 8, 8));
    }
  }

  private void curves() {
    title("Accuracy over the epochs, 128 parameters each", RIGHT);
    int epochs = result.bestLora().accuracies().length;
    for (int tick = 0; tick <= 10; tick += 2) {
      String share = String.format(Locale.ROOT, "%.1f", tick / 10.0);
      horizontal(TOP + (1 - tick / 10.0) * SIDE, RIGHT, LENGTH, share);
    }
    for (int tick = 0; tick <= 4; tick++) {
      String epoch = Integer.toString(epochs * tick / 4);
      vertical(RIGHT + LENGTH * tick / 4.0, TOP, SIDE, epoch);
    }
    String name = "epoch";
    int half = graphics.getFontMetrics().stringWidth(name) / 2;
    graphics.drawString(name, RIGHT + LENGTH / 2 - half, TOP + SIDE + 58);
    curve(result.bestLora(), epochs, LORA, 1.4f);
    curve(result.fourier(), epochs, FOURIER, 3);
    legend("FourierFT, n = 128", FOURIER, 0);
    legend("LoRA, r = 1", LORA, 1);
  }

  private void curve(Curve curve, int epochs, Color color, float width) {
    double[] accuracies = curve.accuracies();
    Path2D path = new Path2D.Double();
    for (int i = 0; i < accuracies.length; i++) {
      double px = RIGHT + (i + 1.0) / epochs * LENGTH;
      double py = TOP + (1 - accuracies[i]) * SIDE;
      if (i == 0) {
        path.moveTo(px, py);
      } else {
        path.lineTo(px, py);
      }
    }
    graphics.setColor(color);
    graphics.setStroke(new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    graphics.draw(path);
  }

  private void legend(String text, Color color, int line) {
    int y = TOP + SIDE - 60 + 32 * line;
    int x = RIGHT + LENGTH - 240;
    graphics.setColor(Color.WHITE);
    graphics.fillRect(x - 10, y - 20, 246, 32);
    graphics.setColor(color);
    graphics.fillRect(x, y - 8, 36, 4);
    graphics.setColor(INK);
    graphics.drawString(text, x + 46, y);
  }

  private void title(String text, int x) {
    graphics.setColor(INK);
    graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 20));
    graphics.drawString(text, x, TOP - 22);
    graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 18));
  }

  private void vertical(double x, int y, int length, String text) {
    gridLine(x, y, x, (double) y + length);
    int width = graphics.getFontMetrics().stringWidth(text);
    graphics.drawString(text, (float) (x - width / 2.0), y + length + 28f);
  }

  private void horizontal(double y, int x, int length, String text) {
    gridLine(x, y, (double) x + length, y);
    int width = graphics.getFontMetrics().stringWidth(text);
    graphics.drawString(text, x - width - 12f, (float) (y + 6));
  }

  private void gridLine(double x1, double y1, double x2, double y2) {
    Path2D path = new Path2D.Double();
    path.moveTo(x1, y1);
    path.lineTo(x2, y2);
    graphics.setColor(GRID);
    graphics.setStroke(new BasicStroke(1));
    graphics.draw(path);
    graphics.setColor(INK);
  }
}
