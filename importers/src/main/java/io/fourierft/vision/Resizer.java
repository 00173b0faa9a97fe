package io.fourierft.vision;

/**
 * Resizes pictures as Pillow does: a pass along the rows and one along the columns, each over all
 * pixels that a filter covers when the target's pixels are the larger ones (so that it does not
 * alias), with weights in 22-bit fixed point and each pass rounded to 8 bits.
 */
final class Resizer {
  private static final int BITS = 22;

  private Resizer() {}

  /** The first source pixel of each target pixel, and its weights. */
  private record Taps(int[] first, int[][] weights) {}

  /** Resizes a picture. */
  static Picture resize(Picture picture, int height, int width, Resampling filter) {
    if (filter == Resampling.NEAREST) {
      return nearest(picture, height, width);
    }
    Picture wide =
        picture.width() == width
            ? picture
            : alongRows(picture, taps(picture.width(), width, filter));
    return wide.height() == height ? wide : alongColumns(wide, taps(wide.height(), height, filter));
  }

  private static Picture nearest(Picture picture, int height, int width) {
    int[] rows = places(picture.height(), height);
    int[] columns = places(picture.width(), width);
    int channels = picture.channels();
    byte[] source = picture.bytes();
    byte[] target = new byte[Picture.length(height, width, channels)];
    int to = 0;
    for (int row : rows) {
      for (int column : columns) {
        System.arraycopy(source, (row * picture.width() + column) * channels, target, to, channels);
        to += channels;
      }
    }
    return new Picture(height, width, channels, target);
  }

  /** Centres of the target's pixels in the source; summed up as Pillow does. */
  private static int[] places(int from, int to) {
    int[] places = new int[to];
    double step = (double) from / to;
    double place = step * 0.5;
    for (int i = 0; i < to; i++) {
      places[i] = Math.min((int) place, from - 1);
      place += step;
    }
    return places;
  }

  private static Taps taps(int from, int to, Resampling filter) {
    double scale = (double) from / to;
    double stretch = Math.max(scale, 1);
    double support = filter.support() * stretch;
    int[] first = new int[to];
    int[][] weights = new int[to][];
    for (int target = 0; target < to; target++) {
      double centre = (target + 0.5) * scale;
      int start = Math.max((int) (centre - support + 0.5), 0);
      int end = Math.min((int) (centre + support + 0.5), from);
      first[target] = start;
      weights[target] = weights(start, end, centre, 1 / stretch, filter);
    }
    return new Taps(first, weights);
  }

  private static int[] weights(
      int start, int end, double centre, double shrink, Resampling filter) {
    double[] exact = new double[end - start];
    double sum = 0;
    for (int i = 0; i < exact.length; i++) {
      exact[i] = filter.weight((i + start - centre + 0.5) * shrink);
      sum += exact[i];
    }
    int[] fixed = new int[exact.length];
    for (int i = 0; i < exact.length; i++) {
      double weight = sum == 0 ? exact[i] : exact[i] / sum;
      fixed[i] = (int) (weight * (1 << BITS) + (weight < 0 ? -0.5 : 0.5));
    }
    return fixed;
  }

  private static Picture alongRows(Picture picture, Taps taps) {
    int width = taps.first().length;
    int channels = picture.channels();
    byte[] source = picture.bytes();
    byte[] target = new byte[Picture.length(picture.height(), width, channels)];
    for (int y = 0; y < picture.height(); y++) {
      int row = y * picture.width();
      for (int x = 0; x < width; x++) {
        int[] weights = taps.weights()[x];
        int from = (row + taps.first()[x]) * channels;
        for (int c = 0; c < channels; c++) {
          target[(y * width + x) * channels + c] = sum(source, from + c, channels, weights);
        }
      }
    }
    return new Picture(picture.height(), width, channels, target);
  }

  private static Picture alongColumns(Picture picture, Taps taps) {
    int height = taps.first().length;
    int stride = picture.width() * picture.channels();
    byte[] source = picture.bytes();
    byte[] target = new byte[Picture.length(height, picture.width(), picture.channels())];
    for (int y = 0; y < height; y++) {
      int from = taps.first()[y] * stride;
      for (int x = 0; x < stride; x++) {
        target[y * stride + x] = sum(source, from + x, stride, taps.weights()[y]);
      }
    }
    return new Picture(height, picture.width(), picture.channels(), target);
  }

  private static byte sum(byte[] source, int from, int step, int[] weights) {
    int sum = 1 << BITS - 1;
    int at = from;
    for (int weight : weights) {
      sum += Byte.toUnsignedInt(source[at]) * weight;
      at += step;
    }
    return (byte) Math.min(Math.max(sum >> BITS, 0), 255);
  }
}
