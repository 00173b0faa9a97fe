package io.fourierft.importer;

import java.util.Map;

/** What all model families say about themselves. */
public interface ModelConfig {

  /**
   * Name of the architecture, Hugging Face's {@code model_type}.
   *
   * @return such as {@code bert}
   */
  String modelType();

  /**
   * Width of the hidden states.
   *
   * @return number of features
   */
  int hiddenSize();

  /**
   * Longest sequence that the model takes, special tokens included.
   *
   * @return number of tokens
   */
  int maxTokens();

  /**
   * All sizes that make two models of one architecture different.
   *
   * @return Hugging Face key to size, in a fixed order
   */
  Map<String, Long> sizes();
}
