package io.fourierft.peft;

import java.util.Map;

/** PEFT's task types and the task kinds of adapters. */
final class PeftTasks {
  private static final Map<String, String> KINDS =
      Map.of(
          "SEQ_CLS", "sequence-classification",
          "TOKEN_CLS", "token-classification",
          "CAUSAL_LM", "causal-lm",
          "SEQ_2_SEQ_LM", "seq2seq-lm",
          "QUESTION_ANS", "question-answering",
          "FEATURE_EXTRACTION", "feature-extraction");

  private PeftTasks() {}

  /** Returns the task kind; empty if there is none for the type. */
  static String kind(String taskType) {
    return KINDS.getOrDefault(taskType, "");
  }

  /** Returns the PEFT task type; empty if PEFT has none for the kind. */
  static String taskType(String kind) {
    return KINDS.entrySet().stream()
        .filter(entry -> entry.getValue().equals(kind))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse("");
  }
}
