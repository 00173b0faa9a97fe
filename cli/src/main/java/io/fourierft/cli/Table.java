package io.fourierft.cli;

import java.io.PrintWriter;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Lines of columns for people; text of unknown origin is made fit for a terminal. */
final class Table {
  private static final Pattern UNPRINTABLE = Pattern.compile("\\p{C}");
  private static final int WIDEST = 60;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final List<List<String>> rows = new ArrayList<>();

  void add(String... cells) {
    List<String> row = new ArrayList<>();
    for (String cell : cells) {
      row.add(plain(cell));
    }
    rows.add(row);
  }

  /** Prints the rows; all columns but the last are as wide as their widest cell. */
  void print(PrintWriter out) {
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        String cell = row.get(column);
        line.append(cell);
        if (column + 1 < row.size()) {
          line.append(" ".repeat(Math.max(0, width(column) - cell.length()) + 2));
        }
      }
      out.println(line.toString().stripTrailing());
    }
    out.flush();
  }

  private int width(int column) {
    return rows.stream()
        .filter(row -> column < row.size())
        .mapToInt(row -> Math.min(WIDEST, row.get(column).length()))
        .max()
        .orElse(0);
  }

  /** The text without anything that could steer a terminal, on one line. */
  static String plain(String text) {
    return UNPRINTABLE.matcher(text).replaceAll(" ").stripTrailing();
  }

  static String firstLine(String text) {
    return plain(text.strip().lines().findFirst().orElse(""));
  }

  /** A time to the minute, UTC; a dash where it is unknown. */
  static String time(Instant instant) {
    return instant.equals(Instant.EPOCH) ? "-" : TIME.format(instant);
  }

  static String size(long bytes) {
    if (bytes < 1000) {
      return bytes + " B";
    }
    double value = bytes;
    int unit = -1;
    while (value >= 999.95) {
      value /= 1000;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %cB", value, "kMGTPE".charAt(unit));
  }
}
