package io.fourierft.samples.classify;

import io.fourierft.samples.data.TextExample;
import io.fourierft.text.Encoded;
import io.fourierft.text.TextTokenizer;
import java.io.IOException;
import java.util.List;

/** Tokenises examples, and names the one that is too long. */
public final class EncodedTexts {
  private EncodedTexts() {}

  /**
   * Tokenises the texts of examples.
   *
   * @param tokenizer the tokenizer, with the limit that holds
   * @param examples the examples
   * @return their tokens, in the same order
   * @throws IOException if a text is longer than the limit allows; the message names it
   */
  public static List<Encoded> of(TextTokenizer tokenizer, List<TextExample> examples)
      throws IOException {
    List<String> texts = examples.stream().map(TextExample::text).toList();
    try {
      return tokenizer.encodeAll(texts);
    } catch (IllegalArgumentException tooLong) {
      throw located(tokenizer, examples, tooLong);
    }
  }

  /** Finds the first text that is refused, which the tokenizer knows no origin of. */
  private static IOException located(
      TextTokenizer tokenizer, List<TextExample> examples, IllegalArgumentException failure) {
    for (TextExample example : examples) {
      try {
        tokenizer.encode(example.text());
      } catch (IllegalArgumentException refused) {
        return new IOException(refused.getMessage() + " (" + example.origin() + ")", refused);
      }
    }
    return new IOException(failure.getMessage(), failure);
  }
}
