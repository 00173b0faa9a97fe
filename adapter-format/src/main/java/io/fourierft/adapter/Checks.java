package io.fourierft.adapter;

import java.util.Objects;

/** Rules that several values share. */
final class Checks {
  /** Longest name of a module or a parameter. */
  static final int MAX_NAME = 512;

  /** Longest side of a matrix. */
  static final int MAX_SIDE = 1 << 24;

  private Checks() {}

  /** Refuses text that protobuf could not store as it is. */
  static void text(String what, String value) {
    Objects.requireNonNull(value, what);
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < value.length()
          && Character.isLowSurrogate(value.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        throw new IllegalArgumentException(
            what + " expected Unicode text but found half a character at position " + i);
      }
    }
  }

  static void name(String what, String value) {
    text(what, value);
    if (value.isEmpty() || value.length() > MAX_NAME) {
      throw new IllegalArgumentException(
          what + " expected 1 to " + MAX_NAME + " characters but found " + value.length());
    }
    if (value.chars().anyMatch(c -> c < ' ')) {
      throw new IllegalArgumentException(what + " expected no control characters but found some");
    }
  }

  static void side(String what, int value, String where) {
    if (value < 1 || value > MAX_SIDE) {
      throw new IllegalArgumentException(
          what + " expected 1 to " + MAX_SIDE + " but found " + value + " (" + where + ")");
    }
  }

  static void finite(String what, float[] values, String where) {
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new BrokenRule(
            BrokenRule.Kind.NOT_FINITE,
            what
                + " expected finite but found "
                + values[i]
                + " at position "
                + i
                + " ("
                + where
                + ")");
      }
    }
  }
}
