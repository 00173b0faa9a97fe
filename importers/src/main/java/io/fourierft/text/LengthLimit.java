package io.fourierft.text;

/**
 * What happens to a text that is too long.
 *
 * @param tokens the longest result, special tokens included
 * @param truncates whether a longer text is cut; it is refused otherwise
 */
public record LengthLimit(int tokens, boolean truncates) {

  public LengthLimit {
    if (tokens <= 0) {
      throw new IllegalArgumentException(
          "length limit expected at least one token but found " + tokens);
    }
  }

  /**
   * Longer texts are cut at their end; of a pair, the longer text is.
   *
   * @param tokens the longest result
   * @return the limit
   */
  public static LengthLimit truncate(int tokens) {
    return new LengthLimit(tokens, true);
  }

  /**
   * Longer texts are refused.
   *
   * @param tokens the longest result
   * @return the limit
   */
  public static LengthLimit refuse(int tokens) {
    return new LengthLimit(tokens, false);
  }

  /** Refuses a text that is longer and should not have been. */
  Encoded check(Encoded encoded, String text) {
    if (encoded.length() > tokens) {
      throw new IllegalArgumentException(
          "text expected at most "
              + tokens
              + " tokens but found "
              + encoded.length()
              + " ("
              + (text.length() > 40 ? text.substring(0, 40) + "..." : text)
              + ")");
    }
    return encoded;
  }
}
