package io.fourierft.vision;

import java.util.Arrays;
import java.util.Optional;

/** Pillow's resampling filters, in the order of their numbers in configuration files. */
public enum Resampling {
  /** The pixel that covers the centre. */
  NEAREST(0),
  /** Lanczos with three lobes: {@code sinc(x) sinc(x / 3)}. */
  LANCZOS(3),
  /** A triangle: {@code 1 - |x|}. */
  BILINEAR(1),
  /** Cubic convolution (Keys, 1981) with {@code a = -0.5}. */
  BICUBIC(2),
  /** The mean over the pixels that are covered. */
  BOX(0.5),
  /** A sinc under a Hamming window: {@code sinc(x) (0.54 + 0.46 cos(pi x))}. */
  HAMMING(1);

  private static final double CUBIC = -0.5;

  private final double support;

  Resampling(double support) {
    this.support = support;
  }

  /**
   * Finds a filter by its number.
   *
   * @param number {@code resample} in a preprocessor_config.json
   * @return the filter, if there is one
   */
  public static Optional<Resampling> numbered(int number) {
    return Arrays.stream(values()).filter(filter -> filter.ordinal() == number).findFirst();
  }

  /** How far from its centre the filter reaches, in pixels of the finer image. */
  double support() {
    return support;
  }

  /** The filter's weight at a distance from its centre. */
  double weight(double distance) {
    double x = Math.abs(distance);
    return switch (this) {
      case NEAREST -> throw new IllegalStateException("nearest expected no weights");
      case BOX -> distance > -0.5 && distance <= 0.5 ? 1 : 0;
      case BILINEAR -> x < 1 ? 1 - x : 0;
      case HAMMING -> x >= 1 ? 0 : x == 0 ? 1 : sinc(x) * (0.54 + 0.46 * Math.cos(Math.PI * x));
      case BICUBIC -> cubic(x);
      case LANCZOS -> distance >= -3 && distance < 3 ? sinc(x) * sinc(x / 3) : 0;
    };
  }

  private static double cubic(double x) {
    if (x < 1) {
      return ((CUBIC + 2) * x - (CUBIC + 3)) * x * x + 1;
    }
    return x < 2 ? (((x - 5) * x + 8) * x - 4) * CUBIC : 0;
  }

  private static double sinc(double x) {
    return x == 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
  }
}
