package io.fourierft.hub.card;

import java.util.Map;
import java.util.regex.Pattern;

/** What tasks are called by adapters, by PEFT, by hubs and by transformers. */
final class TaskNames {
  /** The names that hubs search by, for the kinds that adapters and PEFT state. */
  private static final Map<String, String> PIPELINES =
      Map.ofEntries(
          Map.entry("sequence-classification", "text-classification"),
          Map.entry("causal-lm", "text-generation"),
          Map.entry("seq2seq-lm", "text2text-generation"),
          Map.entry("masked-lm", "fill-mask"),
          Map.entry("SEQ_CLS", "text-classification"),
          Map.entry("TOKEN_CLS", "token-classification"),
          Map.entry("CAUSAL_LM", "text-generation"),
          Map.entry("SEQ_2_SEQ_LM", "text2text-generation"),
          Map.entry("QUESTION_ANS", "question-answering"),
          Map.entry("FEATURE_EXTRACTION", "feature-extraction"));

  private static final Map<String, String> CLASSES =
      Map.of(
          "text-classification", "AutoModelForSequenceClassification",
          "token-classification", "AutoModelForTokenClassification",
          "text-generation", "AutoModelForCausalLM",
          "text2text-generation", "AutoModelForSeq2SeqLM",
          "fill-mask", "AutoModelForMaskedLM",
          "question-answering", "AutoModelForQuestionAnswering",
          "image-classification", "AutoModelForImageClassification");

  private static final Pattern NAME = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");

  private TaskNames() {}

  /** The name that hubs search by; empty where there is none. */
  static String pipeline(String kind) {
    String known = PIPELINES.getOrDefault(kind, kind);
    return NAME.matcher(known).matches() ? known : "";
  }

  /** The class of transformers that loads a base model for a task. */
  static String autoClass(String pipeline) {
    return CLASSES.getOrDefault(pipeline, "AutoModel");
  }
}
