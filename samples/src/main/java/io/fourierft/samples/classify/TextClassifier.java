package io.fourierft.samples.classify;

import io.fourierft.engine.DirectModel;
import io.fourierft.engine.Network;
import io.fourierft.engine.Parameters;
import io.fourierft.text.Encoded;
import io.fourierft.text.TextTokenizer;
import java.util.Arrays;
import java.util.List;

/** Answers which category a text belongs to. */
public final class TextClassifier implements AutoCloseable {
  private final DirectModel model;
  private final TextTokenizer tokenizer;
  private final List<String> labels;

  private TextClassifier(DirectModel model, TextTokenizer tokenizer, List<String> labels) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.labels = labels;
  }

  /**
   * Makes a classifier.
   *
   * @param network a model that answers with one logit for each label
   * @param parameters its parameters; they stay with the caller
   * @param tokenizer its tokenizer; it stays with the caller
   * @param labels names of the categories
   * @return the classifier
   */
  public static TextClassifier of(
      Network network, Parameters parameters, TextTokenizer tokenizer, List<String> labels) {
    return new TextClassifier(DirectModel.of(network, parameters), tokenizer, List.copyOf(labels));
  }

  /**
   * Computes the logits of texts.
   *
   * @param texts tokenised texts
   * @return {@code [text][label]}
   */
  public float[][] logits(List<Encoded> texts) {
    return Batches.outputs(model, texts, tokenizer.paddingId());
  }

  /**
   * Classifies texts.
   *
   * @param texts any texts
   * @return for each text all categories, the most probable first
   * @throws IllegalArgumentException if a text is longer than the tokenizer's limit allows
   */
  public List<List<Score>> classify(List<String> texts) {
    return Arrays.stream(logits(tokenizer.encodeAll(texts)))
        .map(row -> Score.softmax(labels, row))
        .toList();
  }

  @Override
  public void close() {
    model.close();
  }
}
