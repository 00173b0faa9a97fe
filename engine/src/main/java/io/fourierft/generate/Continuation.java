package io.fourierft.generate;

import java.util.Arrays;

/**
 * What was added to a prompt.
 *
 * @param tokens the new token ids, without prompt and end token
 * @param score beam search: sum of log probabilities over the length, end token included, to the
 *     power of the length penalty; 0 otherwise
 * @param ending why it ends
 */
public record Continuation(int[] tokens, double score, Ending ending) {

  public Continuation {
    tokens = tokens.clone();
  }

  static Continuation of(Sequence row, double score, Ending ending) {
    int[] added = row.continuation();
    boolean ended = ending == Ending.END_TOKEN;
    return new Continuation(ended ? Arrays.copyOf(added, added.length - 1) : added, score, ending);
  }

  @Override
  public int[] tokens() {
    return tokens.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Continuation that
        && Arrays.equals(tokens, that.tokens)
        && score == that.score
        && ending == that.ending;
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(tokens) + Double.hashCode(score);
  }

  @Override
  public String toString() {
    return "Continuation" + Arrays.toString(tokens) + " " + ending + " " + score;
  }
}
