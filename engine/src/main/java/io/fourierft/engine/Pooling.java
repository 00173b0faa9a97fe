package io.fourierft.engine;

/** How a sequence becomes one row. */
public sealed interface Pooling {
  /** The first token (BERT's {@code [CLS]}, RoBERTa's {@code <s>}, ViT's class token). */
  Pooling FIRST = OverMask.FIRST;

  /** The last token of the attention mask. */
  Pooling LAST = OverMask.LAST;

  /** The mean over the tokens of the attention mask (sentence encoders). */
  Pooling MEAN = OverMask.MEAN;

  /** The ways that look at the attention mask alone. */
  enum OverMask implements Pooling {
    /** See {@link Pooling#FIRST}. */
    FIRST,
    /** See {@link Pooling#LAST}. */
    LAST,
    /** See {@link Pooling#MEAN}. */
    MEAN
  }

  /**
   * The last token that is another than the padding token, whatever the attention mask says, as in
   * transformers' classifiers over decoders; the first token of a row of nothing else.
   *
   * @param padding the padding token's id; with an id that no token has, the row's last token
   */
  record LastUnlike(int padding) implements Pooling {}
}
