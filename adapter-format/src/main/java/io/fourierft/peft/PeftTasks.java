package io.fourierft.peft;

import java.util.Map;
import java.util.Set;

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

  /** Returns the heads that PEFT takes to be trained in full for a task type. */
  static Set<String> heads(String taskType) {
    return switch (taskType) {
      case "SEQ_CLS", "TOKEN_CLS" -> Set.of("classifier", "score");
      case "QUESTION_ANS" -> Set.of("qa_outputs");
      default -> Set.of();
    };
  }

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
