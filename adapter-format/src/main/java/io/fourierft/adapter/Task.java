package io.fourierft.adapter;

import java.util.List;

/**
 * What a tuned model is for.
 *
 * @param kind such as {@code sequence-classification}; empty if unknown
 * @param labels class names by index
 * @param tokenizer name of the tokenizer; empty for the base model's
 * @param maxLength longest input in tokens; 0 if unknown
 */
public record Task(String kind, List<String> labels, String tokenizer, int maxLength) {
  /**
   * Copies the labels and checks the length.
   *
   * @param kind such as {
   * @param labels class names by index
   * @param tokenizer name of the tokenizer; empty for the base model's
   * @param maxLength longest input in tokens; 0 if unknown
   */
  public Task {
    Checks.text("task kind", kind);
    Checks.text("task tokenizer", tokenizer);
    labels = List.copyOf(labels);
    labels.forEach(label -> Checks.text("task label", label));
    if (maxLength < 0) {
      throw new IllegalArgumentException("task max length expected >= 0 but found " + maxLength);
    }
  }

  /**
   * Returns the task of an adapter that does not say.
   *
   * @return an empty task
   */
  public static Task unknown() {
    return new Task("", List.of(), "", 0);
  }
}
