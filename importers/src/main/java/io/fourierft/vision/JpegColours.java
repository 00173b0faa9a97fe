package io.fourierft.vision;

import java.awt.image.Raster;

/**
 * Turns a JPEG's stored samples into grey or red, green and blue, in the fixed-point arithmetic of
 * the IJG's library; inks as Pillow mixes them.
 */
final class JpegColours {
  private static final int BITS = 16;
  private static final int HALF = 1 << BITS - 1;
  private static final int RED = 91881; // 1.402
  private static final int GREEN_BLUE = 22554; // 0.34414
  private static final int GREEN_RED = 46802; // 0.71414
  private static final int BLUE = 116130; // 1.772

  private JpegColours() {}

  /** The picture of a raster that has as many bands as the colours. */
  static Picture picture(Raster raster, JpegHeader.Colours colours) {
    int height = raster.getHeight();
    int width = raster.getWidth();
    int bands = raster.getNumBands();
    int channels = colours == JpegHeader.Colours.GREY ? 1 : 3;
    byte[] bytes = new byte[Picture.length(height, width, channels)];
    int[] row = new int[Math.multiplyExact(width, bands)];
    for (int y = 0; y < height; y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      for (int x = 0; x < width; x++) {
        convert(row, x * bands, colours, bytes, (y * width + x) * channels);
      }
    }
    return new Picture(height, width, channels, bytes);
  }

  private static void convert(
      int[] samples, int at, JpegHeader.Colours colours, byte[] bytes, int to) {
    switch (colours) {
      case GREY -> bytes[to] = (byte) samples[at];
      case RGB -> put(samples[at], samples[at + 1], samples[at + 2], bytes, to);
      case YCC -> {
        int red = red(samples, at);
        int green = green(samples, at);
        put(red, green, blue(samples, at), bytes, to);
      }
      case CMYK -> {
        int black = samples[at + 3];
        put(
            ink(samples[at], black),
            ink(samples[at + 1], black),
            ink(samples[at + 2], black),
            bytes,
            to);
      }
      case YCCK -> {
        int black = samples[at + 3];
        int cyan = 255 - red(samples, at);
        int magenta = 255 - green(samples, at);
        int yellow = 255 - blue(samples, at);
        put(ink(cyan, black), ink(magenta, black), ink(yellow, black), bytes, to);
      }
    }
  }

  private static void put(int red, int green, int blue, byte[] bytes, int to) {
    bytes[to] = (byte) red;
    bytes[to + 1] = (byte) green;
    bytes[to + 2] = (byte) blue;
  }

  private static int red(int[] ycc, int at) {
    return clip(ycc[at] + (RED * (ycc[at + 2] - 128) + HALF >> BITS));
  }

  private static int green(int[] ycc, int at) {
    int difference = -GREEN_BLUE * (ycc[at + 1] - 128) - GREEN_RED * (ycc[at + 2] - 128);
    return clip(ycc[at] + (difference + HALF >> BITS));
  }

  private static int blue(int[] ycc, int at) {
    return clip(ycc[at] + (BLUE * (ycc[at + 1] - 128) + HALF >> BITS));
  }

  /** What is left of white under an ink and black ink, both stored as 255 for none. */
  private static int ink(int stored, int black) {
    return mix(255 - stored, black);
  }

  /**
   * What an ink leaves of the light that black lets through: {@code light - ink light / 255}.
   *
   * @param ink 0 for none, 255 for full
   * @param light 255 without black ink
   */
  static int mix(int ink, int light) {
    int product = ink * light + 128;
    return clip(light - ((product >> 8) + product >> 8));
  }

  private static int clip(int value) {
    return Math.max(0, Math.min(255, value));
  }
}
