package io.fourierft.samples.table1;

import java.util.Locale;

/** Sizes as the paper writes them: 1 KB is 1,024 bytes. */
final class Sizes {
  private static final double STEP = 1024;

  private Sizes() {}

  static String text(long bytes) {
    double kilo = bytes / STEP;
    if (kilo < STEP) {
      return String.format(Locale.ROOT, kilo < 100 ? "%.1f KB" : "%.0f KB", kilo);
    }
    double mega = kilo / STEP;
    return String.format(Locale.ROOT, mega < 100 ? "%.2f MB" : "%.0f MB", mega);
  }
}
