package io.fourierft.vision;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;

/**
 * Takes the samples of a decoded image as they are stored, past colour spaces, which Pillow does
 * not apply, to 8 bits a channel.
 */
final class Samples {
  private Samples() {}

  static Picture picture(BufferedImage image) throws IOException {
    ColorModel colours = image.getColorModel();
    if (colours instanceof IndexColorModel palette) {
      return picture(image, colours(palette));
    }
    Raster raster = image.getRaster();
    if (narrow(colours)) {
      return widened(raster);
    }
    int type = raster.getDataBuffer().getDataType();
    boolean packed = raster.getSampleModel().getNumDataElements() < raster.getNumBands();
    if (type != DataBuffer.TYPE_BYTE && type != DataBuffer.TYPE_USHORT && !packed) {
      throw new IOException("samples expected 8 or 16 bits but found another type");
    }
    if (raster.getNumBands() == 4
        && colours != null
        && colours.getColorSpace().getType() == ColorSpace.TYPE_CMYK) {
      return inks(raster);
    }
    return raster.getNumBands() < 3 ? grey(raster) : rgb(raster);
  }

  /**
   * A picture of indices into colours, all reds first; without colours the image's own are taken.
   */
  static Picture picture(BufferedImage image, byte[] colours) throws IOException {
    int count = colours.length / 3;
    if (count == 0) {
      return picture(image);
    }
    Raster raster = image.getRaster();
    byte[] bytes = new byte[Picture.length(raster.getHeight(), raster.getWidth(), 3)];
    int[] row = new int[raster.getWidth()];
    int to = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      row(raster, y, row);
      for (int index : row) {
        int colour = Math.min(index, count - 1);
        bytes[to++] = colours[colour];
        bytes[to++] = colours[count + colour];
        bytes[to++] = colours[2 * count + colour];
      }
    }
    return new Picture(raster.getHeight(), raster.getWidth(), 3, bytes);
  }

  /** Tells whether channels have fewer than 8 bits, as those of packed colours. */
  private static boolean narrow(ColorModel colours) {
    return colours != null && colours.getNumColorComponents() == 3 && least(colours) < Byte.SIZE;
  }

  private static int least(ColorModel colours) {
    return Math.min(
        colours.getComponentSize(0),
        Math.min(colours.getComponentSize(1), colours.getComponentSize(2)));
  }

  /** The colours of a palette, all reds first. */
  static byte[] colours(IndexColorModel palette) {
    int count = palette.getMapSize();
    byte[] colours = new byte[3 * count];
    for (int i = 0; i < count; i++) {
      colours[i] = (byte) palette.getRed(i);
      colours[count + i] = (byte) palette.getGreen(i);
      colours[2 * count + i] = (byte) palette.getBlue(i);
    }
    return colours;
  }

  /** Samples of fewer bits, {@code 255 v / most} cut off to a whole number. */
  private static Picture widened(Raster raster) {
    int bands = raster.getNumBands();
    byte[] bytes = new byte[Picture.length(raster.getHeight(), raster.getWidth(), 3)];
    int[] row = new int[Math.multiplyExact(raster.getWidth(), bands)];
    int to = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      row(raster, y, row);
      for (int x = 0; x < raster.getWidth(); x++) {
        for (int c = 0; c < 3; c++) {
          int most = (1 << raster.getSampleModel().getSampleSize(c)) - 1;
          bytes[to++] = (byte) (row[x * bands + c] * 255 / most);
        }
      }
    }
    return new Picture(raster.getHeight(), raster.getWidth(), 3, bytes);
  }

  /** Grey of 16 bits without alpha is cut off at 255, not scaled, as Pillow does. */
  private static Picture grey(Raster raster) {
    int bands = raster.getNumBands();
    int shift = shift(raster);
    byte[] bytes = new byte[Picture.length(raster.getHeight(), raster.getWidth(), 1)];
    int[] row = new int[Math.multiplyExact(raster.getWidth(), bands)];
    for (int y = 0; y < raster.getHeight(); y++) {
      row(raster, y, row);
      for (int x = 0; x < raster.getWidth(); x++) {
        int sample = row[x * bands];
        int level = bands == 1 ? Math.min(sample, 255) : sample >> shift;
        bytes[y * raster.getWidth() + x] = (byte) level;
      }
    }
    return new Picture(raster.getHeight(), raster.getWidth(), 1, bytes);
  }

  private static Picture rgb(Raster raster) {
    int bands = raster.getNumBands();
    int shift = shift(raster);
    byte[] bytes = new byte[Picture.length(raster.getHeight(), raster.getWidth(), 3)];
    int[] row = new int[Math.multiplyExact(raster.getWidth(), bands)];
    int to = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      row(raster, y, row);
      for (int x = 0; x < raster.getWidth(); x++) {
        for (int c = 0; c < 3; c++) {
          bytes[to++] = (byte) (row[x * bands + c] >> shift);
        }
      }
    }
    return new Picture(raster.getHeight(), raster.getWidth(), 3, bytes);
  }

  /** Cyan, magenta, yellow and black, 0 for no ink. */
  private static Picture inks(Raster raster) {
    int shift = shift(raster);
    byte[] bytes = new byte[Picture.length(raster.getHeight(), raster.getWidth(), 3)];
    int[] row = new int[Math.multiplyExact(raster.getWidth(), 4)];
    int to = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      row(raster, y, row);
      for (int x = 0; x < raster.getWidth(); x++) {
        int light = 255 - (row[x * 4 + 3] >> shift);
        for (int c = 0; c < 3; c++) {
          bytes[to++] = (byte) JpegColours.mix(row[x * 4 + c] >> shift, light);
        }
      }
    }
    return new Picture(raster.getHeight(), raster.getWidth(), 3, bytes);
  }

  private static void row(Raster raster, int y, int[] row) {
    raster.getPixels(raster.getMinX(), raster.getMinY() + y, raster.getWidth(), 1, row);
  }

  private static int shift(Raster raster) {
    return Math.max(raster.getSampleModel().getSampleSize(0) - Byte.SIZE, 0);
  }
}
