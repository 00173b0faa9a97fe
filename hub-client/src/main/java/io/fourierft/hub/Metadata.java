package io.fourierft.hub;

import java.util.List;
import java.util.TreeSet;

/**
 * What a publication says of itself, so that it can be found without opening its files.
 *
 * @param baseModel the id of the model that the adapter belongs to, such as {@code
 *     FacebookAI/roberta-base}; empty if not stated
 * @param task the task, such as {@code text-classification}; empty if not stated
 * @param tags free words, sorted, none twice
 */
public record Metadata(String baseModel, String task, List<String> tags) {
  /** Metadata that state nothing. */
  public static final Metadata EMPTY = new Metadata("", "", List.of());

  private static final int MAX_TEXT = 500;
  private static final int MAX_TAGS = 200;

  /** Checks the lengths, sorts the tags. */
  public Metadata {
    Texts.bounded("base model id", baseModel, MAX_TEXT);
    Texts.bounded("task", task, MAX_TEXT);
    if (tags.size() > MAX_TAGS) {
      throw new IllegalArgumentException(
          "metadata expected at most " + MAX_TAGS + " tags but found " + tags.size());
    }
    tags.forEach(tag -> Texts.bounded("tag", tag, MAX_TEXT));
    tags = List.copyOf(new TreeSet<>(tags));
  }

  /**
   * Makes metadata.
   *
   * @param baseModel the id of the base model
   * @param task the task
   * @param tags free words
   * @return the metadata
   */
  public static Metadata of(String baseModel, String task, String... tags) {
    return new Metadata(baseModel, task, List.of(tags));
  }
}
