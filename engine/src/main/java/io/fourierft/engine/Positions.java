package io.fourierft.engine;

/** How a token's position is counted. */
public sealed interface Positions {

  /**
   * 0, 1, 2, ... from the start of the row, padding included (BERT, GPT-2).
   *
   * @param offset position of the first token
   */
  record Sequential(int offset) implements Positions {}

  /**
   * {@code padding + 1, padding + 2, ...} over the tokens whose id is not the padding id; padding
   * tokens get {@code padding} itself (RoBERTa).
   *
   * @param padding the padding token's id
   */
  record AfterPadding(int padding) implements Positions {}

  /** 0, 1, 2, ... over the tokens of the attention mask (decoders with left padding). */
  record Masked() implements Positions {}
}
