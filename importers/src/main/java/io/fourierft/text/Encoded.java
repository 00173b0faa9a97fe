package io.fourierft.text;

import java.util.Arrays;

/**
 * One tokenised text, special tokens included. Immutable.
 *
 * @param ids token ids
 * @param types for each token the text it belongs to: 0, or 1 for the second of a pair
 */
public record Encoded(int[] ids, int[] types) {

  public Encoded {
    if (ids.length != types.length) {
      throw new IllegalArgumentException(
          "token types expected one for each of " + ids.length + " ids but found " + types.length);
    }
    ids = ids.clone();
    types = types.clone();
  }

  @Override
  public int[] ids() {
    return ids.clone();
  }

  @Override
  public int[] types() {
    return types.clone();
  }

  /**
   * Number of tokens.
   *
   * @return the count
   */
  public int length() {
    return ids.length;
  }

  /** Writes the tokens into a row of a batch. */
  void copyTo(int[] idRow, int[] typeRow, int start) {
    System.arraycopy(ids, 0, idRow, start, ids.length);
    System.arraycopy(types, 0, typeRow, start, types.length);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Encoded that
        && Arrays.equals(ids, that.ids)
        && Arrays.equals(types, that.types);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(ids) + Arrays.hashCode(types);
  }

  @Override
  public String toString() {
    return "Encoded" + Arrays.toString(ids);
  }
}
