package io.fourierft.samples.data;

import java.util.Objects;

/**
 * A text and its category.
 *
 * @param label index of the category
 * @param text the text
 * @param origin where it stands, for error messages, such as {@code my.tsv, line 12}
 */
public record TextExample(int label, String text, String origin) {
  /** Checks that everything is there. */
  public TextExample {
    Objects.requireNonNull(text, "text");
    Objects.requireNonNull(origin, "origin");
    if (label < 0) {
      throw new IllegalArgumentException("label expected 0 or more but found " + label);
    }
  }
}
