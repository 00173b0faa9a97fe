package io.fourierft.samples.digits;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Digits drawn as lines, each a little moved, turned and stretched. They need no fonts, which a
 * Java runtime may lack.
 */
final class DrawnDigits {
  /** How digits look. */
  enum Style {
    /** Upright, with a broad pen. */
    UPRIGHT(3.2f, 0, 1),
    /** Leaning to the left, narrow, with a fine pen. */
    LEANING(1.6f, 0.55, 0.75);

    private final float pen;
    private final double shear;
    private final double width;

    Style(float pen, double shear, double width) {
      this.pen = pen;
      this.shear = shear;
      this.width = width;
    }
  }

  /** Corners of each digit's line, x and y from 0 to 10. */
  private static final List<String> LINES =
      List.of(
          "3,0 7,0 9,3 9,7 7,10 3,10 1,7 1,3 3,0",
          "3,2 6,0 6,10",
          "1,3 3,0 7,0 9,3 8,5 1,10 9,10",
          "1,1 4,0 8,1 8,4 4,5 8,6 9,8 6,10 1,9",
          "7,10 7,0 1,7 10,7",
          "8,0 2,0 2,4 6,4 9,6 8,9 5,10 1,9",
          "8,1 4,1 1,5 1,8 4,10 7,10 9,7 7,5 3,5 1,7",
          "1,0 9,0 4,10",
          "5,5 2,3 3,0 7,0 8,3 5,5 1,7 3,10 7,10 9,7 5,5",
          "9,4 6,5 2,4 2,1 5,0 8,1 9,4 7,10");

  private DrawnDigits() {}

  static Digits draw(Style style, int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Digits.Builder digits = new Digits.Builder(count);
    for (int i = 0; i < count; i++) {
      int digit = random.nextInt(Digits.CLASSES);
      digits.add(picture(style, digit, random), digit);
    }
    return digits.build();
  }

  private static float[] picture(Style style, int digit, SplittableRandom random) {
    int side = Digits.SIDE;
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_BYTE_GRAY);
    Graphics2D canvas = image.createGraphics();
    canvas.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    canvas.setColor(Color.WHITE);
    canvas.setStroke(new BasicStroke(style.pen, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    canvas.draw(place(style, random).createTransformedShape(line(digit, random)));
    canvas.dispose();
    float[] pixels = new float[side * side];
    for (int at = 0; at < pixels.length; at++) {
      int grey = image.getRaster().getSample(at % side, at / side, 0);
      pixels[at] = Math.max(0, grey / 255f + (float) (0.05 * random.nextGaussian()));
    }
    return pixels;
  }

  private static AffineTransform place(Style style, SplittableRandom random) {
    double middle = Digits.SIDE / 2.0;
    AffineTransform place = new AffineTransform();
    place.translate(middle + spread(random, 2), middle + spread(random, 2));
    place.rotate(spread(random, 0.2));
    place.shear(style.shear + spread(random, 0.15), 0);
    place.scale(1.6 * style.width * (1 + spread(random, 0.15)), 1.8 * (1 + spread(random, 0.1)));
    place.translate(-5, -5);
    return place;
  }

  private static Path2D line(int digit, SplittableRandom random) {
    Path2D path = new Path2D.Double();
    for (String corner : LINES.get(digit).split(" ")) {
      String[] numbers = corner.split(",");
      double x = Integer.parseInt(numbers[0]) + spread(random, 0.5);
      double y = Integer.parseInt(numbers[1]) + spread(random, 0.5);
      if (path.getCurrentPoint() == null) {
        path.moveTo(x, y);
      } else {
        path.lineTo(x, y);
      }
    }
    return path;
  }

  private static double spread(SplittableRandom random, double most) {
    return most * (2 * random.nextDouble() - 1);
  }
}
