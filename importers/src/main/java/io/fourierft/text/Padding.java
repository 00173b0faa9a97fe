package io.fourierft.text;

import io.fourierft.engine.Inputs;
import java.util.Arrays;
import java.util.List;

/** On which side the shorter rows of a batch are filled up. */
public enum Padding {
  /** After the text: encoders. */
  RIGHT,
  /** Before the text: decoders that go on writing. */
  LEFT;

  /**
   * Joins texts to a batch as long as the longest of them.
   *
   * @param rows the texts
   * @param paddingId id that fills the gaps; the attention mask hides it
   * @return the batch
   */
  public Inputs batch(List<Encoded> rows, int paddingId) {
    int width = rows.stream().mapToInt(Encoded::length).max().orElse(0);
    int[][] ids = new int[rows.size()][width];
    int[][] mask = new int[rows.size()][width];
    int[][] types = new int[rows.size()][width];
    for (int i = 0; i < rows.size(); i++) {
      Encoded row = rows.get(i);
      int start = this == LEFT ? width - row.length() : 0;
      Arrays.fill(ids[i], paddingId);
      row.copyTo(ids[i], types[i], start);
      Arrays.fill(mask[i], start, start + row.length(), 1);
    }
    return Inputs.tokens(ids, mask, types);
  }
}
