package io.fourierft.generate;

import java.util.Arrays;

/** A prompt and what has been added to it. Immutable; the array is shared within the package. */
record Sequence(int[] tokens, int prompt) {
  static Sequence of(int[] prompt) {
    return new Sequence(prompt.clone(), prompt.length);
  }

  Sequence plus(int token) {
    int[] longer = Arrays.copyOf(tokens, tokens.length + 1);
    longer[tokens.length] = token;
    return new Sequence(longer, prompt);
  }

  int added() {
    return tokens.length - prompt;
  }

  int last() {
    return tokens[tokens.length - 1];
  }

  int[] continuation() {
    return Arrays.copyOfRange(tokens, prompt, tokens.length);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Sequence that
        && prompt == that.prompt
        && Arrays.equals(tokens, that.tokens);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(tokens) + prompt;
  }
}
