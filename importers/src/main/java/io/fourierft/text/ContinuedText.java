package io.fourierft.text;

import java.util.Arrays;
import java.util.List;

/**
 * Decodes tokens that continue a text. Some decoders drop the space at the start of a text, so the
 * tokens are decoded behind a short one.
 */
final class ContinuedText {
  private static final char BROKEN = '\ufffd';

  private final HfTokenizer tokenizer;
  private final int[] anchor;
  private final String anchorText;

  private ContinuedText(HfTokenizer tokenizer, int[] anchor, String anchorText) {
    this.tokenizer = tokenizer;
    this.anchor = anchor;
    this.anchorText = anchorText;
  }

  static ContinuedText of(HfTokenizer tokenizer) {
    int[] anchor = tokenizer.encodeBare("a").ids();
    return new ContinuedText(tokenizer, anchor, tokenizer.decode(anchor));
  }

  /** Whether a prompt holds special tokens only. */
  boolean isEmpty(int[] prompt) {
    return tokenizer.decode(prompt).isEmpty();
  }

  /**
   * The text of new tokens.
   *
   * @param tokens the tokens
   * @param atStart whether they begin a text and continue none
   */
  String of(int[] tokens, boolean atStart) {
    if (atStart) {
      return tokenizer.decode(tokens);
    }
    int[] all = Arrays.copyOf(anchor, anchor.length + tokens.length);
    System.arraycopy(tokens, 0, all, anchor.length, tokens.length);
    String text = tokenizer.decode(all);
    return text.startsWith(anchorText)
        ? text.substring(anchorText.length())
        : tokenizer.decode(tokens);
  }

  /** The text before the first of the stops. */
  static String cut(String text, List<String> stops) {
    int end = text.length();
    for (String stop : stops) {
      int at = text.indexOf(stop);
      end = at >= 0 ? Math.min(end, at) : end;
    }
    return text.substring(0, end);
  }

  /** What further tokens cannot change: no part of a character, and no part of a stop. */
  static String certain(String text, List<String> stops) {
    String cut = cut(text, stops);
    int end = cut.length();
    while (end > 0 && cut.charAt(end - 1) == BROKEN) {
      end--;
    }
    int certain = end;
    for (String stop : stops) {
      for (int length = Math.min(stop.length() - 1, end); length > 0; length--) {
        if (cut.startsWith(stop.substring(0, length), end - length)) {
          certain = Math.min(certain, end - length);
          break;
        }
      }
    }
    return cut.substring(0, certain);
  }
}
