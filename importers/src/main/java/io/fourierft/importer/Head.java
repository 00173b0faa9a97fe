package io.fourierft.importer;

import java.util.Set;
import java.util.TreeSet;

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
    SEQUENCE_CLASSIFIER,
    /** The family's own classifier of each token, {@code [tokens, labels]}. */
    TOKEN_CLASSIFIER,
    /** How well an answer starts and ends at each token, {@code [tokens, 2]}. */
    QUESTION_ANSWERING,
    /** The token that stands at each place, {@code [tokens, vocabulary]} (encoders). */
    MASKED_LM,
    /** The token that follows each one, {@code [tokens, vocabulary]} (decoders). */
    CAUSAL_LM,
    /**
     * The token that follows each row, {@code [batch, vocabulary]}, positions counted over the
     * attention mask: for generation.
     */
    NEXT_TOKEN,
    /** The family's own image classifier, {@code [batch, labels]}. */
    IMAGE_CLASSIFIER
  }

  private static final Set<Kind> LABELLED =
      Set.of(
          Kind.SENTENCE_CLASSIFIER,
          Kind.SEQUENCE_CLASSIFIER,
          Kind.TOKEN_CLASSIFIER,
          Kind.IMAGE_CLASSIFIER);

  public Head {
    boolean wide = LABELLED.contains(kind);
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

  /**
   * What transformers calls {@code ForTokenClassification}.
   *
   * @param labels number of labels
   * @return the family's own classifier of tokens
   */
  public static Head tokenClassifier(int labels) {
    return new Head(Kind.TOKEN_CLASSIFIER, labels);
  }

  /**
   * What transformers calls {@code ForQuestionAnswering}.
   *
   * @return a head that answers with the scores of the start and the end at each token
   */
  public static Head questionAnswering() {
    return new Head(Kind.QUESTION_ANSWERING, 0);
  }

  /**
   * What transformers calls {@code ForMaskedLM}.
   *
   * @return a head that answers with a score for each token of the vocabulary at each place
   */
  public static Head maskedLm() {
    return new Head(Kind.MASKED_LM, 0);
  }

  /**
   * What transformers calls {@code ForCausalLM} or {@code LMHeadModel}.
   *
   * @return a head that answers with a score for each token that may follow each place
   */
  public static Head causalLm() {
    return new Head(Kind.CAUSAL_LM, 0);
  }

  /**
   * The causal language model's answer for the end of each row only, as generation needs it.
   *
   * @return a head that answers with a score for each token that may follow each row
   */
  public static Head nextToken() {
    return new Head(Kind.NEXT_TOKEN, 0);
  }

  /**
   * What transformers calls {@code ForImageClassification}.
   *
   * @param labels number of labels
   * @return the family's own classifier of images
   */
  public static Head imageClassifier(int labels) {
    return new Head(Kind.IMAGE_CLASSIFIER, labels);
  }

  /**
   * Refuses a head that a family lacks.
   *
   * @param family the family's name
   * @param kinds the heads it has
   * @return this head
   */
  public Head among(String family, Set<Kind> kinds) {
    if (!kinds.contains(kind)) {
      throw new IllegalArgumentException(
          "head of " + family + " expected one of " + new TreeSet<>(kinds) + " but found " + kind);
    }
    return this;
  }
}
