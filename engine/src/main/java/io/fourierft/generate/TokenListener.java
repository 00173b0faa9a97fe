package io.fourierft.generate;

/** Hears of each token as it is chosen (greedy and sampling), for streaming. */
@FunctionalInterface
public interface TokenListener {
  /** Hears nothing. */
  TokenListener SILENT = (row, token) -> {};

  /**
   * A row has a new token, which is no end token.
   *
   * @param row index of the prompt
   * @param token the token's id
   */
  void added(int row, int token);
}
