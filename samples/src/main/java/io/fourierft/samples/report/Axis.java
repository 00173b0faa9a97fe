package io.fourierft.samples.report;

import java.util.ArrayList;
import java.util.List;

/** A linear axis: from values to pixels, with ticks at round values. */
record Axis(double low, double high, double step, double from, double to) {

  /** An axis over the values, widened to round ones. */
  static Axis over(double low, double high, int ticks, double from, double to) {
    double span = high > low ? high - low : Math.max(1, Math.abs(high));
    double rough = span / ticks;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double step = power * round(rough / power);
    double first = Math.floor(low / step + 1e-9) * step;
    double last = Math.ceil((low + span) / step - 1e-9) * step;
    return new Axis(first, last, step, from, to);
  }

  /** An axis from 0 that ends exactly at the highest value. */
  static Axis upTo(double high, int ticks, double from, double to) {
    return new Axis(0, Math.max(high, 1e-9), over(0, high, ticks, from, to).step(), from, to);
  }

  private static double round(double digit) {
    if (digit <= 1) {
      return 1;
    }
    if (digit <= 2) {
      return 2;
    }
    return digit <= 5 ? 5 : 10;
  }

  /** Pixel of a value. */
  double at(double value) {
    return from + (value - low) / (high - low) * (to - from);
  }

  /** The round values. */
  List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    for (int i = 0; low + i * step <= high + step * 1e-6; i++) {
      ticks.add(low + i * step);
    }
    return ticks;
  }
}
