package io.fourierft.importer;

/**
 * What a model answers with.
 *
 * @param kind which head
 * @param labels width of its answer; 1 for a regression, 0 where the head has no own width
 */
public record Head(Kind kind, int labels) {

  /** The heads. */
  public enum Kind {
    /** The last hidden states, {@code [tokens, hidden]}. */
    FEATURES,
    /** The mean of the hidden states over the text, {@code [batch, hidden]}. */
    SENTENCE,
    /** A linear layer named {@code classifier} over that mean, {@code [batch, labels]}. */
    SENTENCE_CLASSIFIER,
    /** The family's own sequence classifier in transformers, {@code [batch, labels]}. */
    SEQUENCE_CLASSIFIER
  }

  public Head {
    boolean wide = kind == Kind.SENTENCE_CLASSIFIER || kind == Kind.SEQUENCE_CLASSIFIER;
    if (wide ? labels <= 0 : labels != 0) {
      throw new IllegalArgumentException(
          "head "
              + kind
              + " expected "
              + (wide ? "at least one label" : "no labels")
              + " but found "
              + labels);
    }
  }

  /**
   * The encoder alone.
   *
   * @return a head that answers with the last hidden states
   */
  public static Head features() {
    return new Head(Kind.FEATURES, 0);
  }

  /**
   * A sentence encoder.
   *
   * @return a head that answers with one mean vector per text
   */
  public static Head sentence() {
    return new Head(Kind.SENTENCE, 0);
  }

  /**
   * A classifier or, with one label, a regression over sentence vectors.
   *
   * @param labels number of labels
   * @return a linear head over the mean of the hidden states
   */
  public static Head sentenceClassifier(int labels) {
    return new Head(Kind.SENTENCE_CLASSIFIER, labels);
  }

  /**
   * What transformers calls {@code ForSequenceClassification}.
   *
   * @param labels number of labels
   * @return the family's own classifier
   */
  public static Head sequenceClassifier(int labels) {
    return new Head(Kind.SEQUENCE_CLASSIFIER, labels);
  }
}
