package io.fourierft.engine;

/** How a sequence becomes one row. */
public enum Pooling {
  /** The first token (BERT's {@code [CLS]}, RoBERTa's {@code <s>}, ViT's class token). */
  FIRST,
  /** The last token that is not padding (decoder-only classifiers). */
  LAST,
  /** The mean over the tokens that are not padding (sentence encoders). */
  MEAN
}
