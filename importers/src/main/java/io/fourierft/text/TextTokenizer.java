package io.fourierft.text;

import java.util.List;

/** Turns texts into the token ids of one model. */
public interface TextTokenizer extends AutoCloseable {

  /**
   * Tokenises a text.
   *
   * @param text any text
   * @return its tokens with the model's special tokens
   * @throws IllegalArgumentException if it is longer than the tokenizer's limit allows
   */
  Encoded encode(String text);

  /**
   * Tokenises a pair of texts.
   *
   * @param first any text
   * @param second any text
   * @return the tokens of both with the model's special tokens
   * @throws IllegalArgumentException if they are longer than the tokenizer's limit allows
   */
  Encoded encode(String first, String second);

  /**
   * Tokenises many texts, possibly on several threads.
   *
   * @param texts any texts
   * @return their tokens, in the same order
   * @throws IllegalArgumentException if one is longer than the tokenizer's limit allows
   */
  List<Encoded> encodeAll(List<String> texts);

  /**
   * Turns tokens back into a text, without special tokens.
   *
   * @param ids token ids
   * @return the text
   */
  String decode(int[] ids);

  /**
   * The id that fills up the rows of a batch.
   *
   * @return the padding token's id; 0 for a tokenizer without one
   */
  int paddingId();

  @Override
  void close();
}
