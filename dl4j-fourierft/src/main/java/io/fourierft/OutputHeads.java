package io.fourierft;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The names under which Hugging Face models keep the linear layer that makes their output. */
public final class OutputHeads {
  private static final List<String> EMBEDDINGS =
      List.of("lm_head", "embed_out", "output_projection", "cls.predictions.decoder");
  private static final List<String> CLASSIFIERS = List.of("score", "classifier");

  private OutputHeads() {}

  /**
   * What {@code all-linear} leaves out, as PEFT does it: the output embedding, or, in a model that
   * has none, the first of {@code score} and {@code classifier}.
   *
   * @param modules paths of a model's linear modules
   * @return the head's path, if there is one
   */
  public static Optional<String> among(Set<String> modules) {
    return first(EMBEDDINGS, modules).or(() -> first(CLASSIFIERS, modules));
  }

  private static Optional<String> first(List<String> names, Set<String> modules) {
    for (String name : names) {
      for (String module : modules) {
        if (module.equals(name) || module.endsWith("." + name)) {
          return Optional.of(module);
        }
      }
    }
    return Optional.empty();
  }
}
