package io.fourierft.hub;

import java.util.regex.Pattern;

/** Text of unknown origin, made fit for a message, and text rules that several types share. */
final class Texts {
  private static final int MAX_SHOWN = 300;
  private static final Pattern UNPRINTABLE = Pattern.compile("\\p{C}");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  private Texts() {}

  /** The text on one line, without control characters, shortened when long. */
  static String oneLine(String text) {
    String shown = text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "..." : text;
    return UNPRINTABLE.matcher(shown).replaceAll("?");
  }

  static boolean isSha256(String text) {
    return SHA256.matcher(text).matches();
  }

  /** Refuses text longer than a manifest should carry. */
  static String bounded(String what, String text, int limit) {
    if (text.length() > limit) {
      throw new IllegalArgumentException(
          what + " expected at most " + limit + " characters but found " + text.length());
    }
    return text;
  }
}
