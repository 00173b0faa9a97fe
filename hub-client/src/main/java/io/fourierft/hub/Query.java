package io.fourierft.hub;

import java.util.Locale;
import java.util.Objects;

/**
 * Which repositories to list. An empty text asks nothing; all that is asked must hold. Letter case
 * does not matter.
 *
 * @param baseModel the id of the base model
 * @param task the task
 * @param tag one of the tags
 * @param text a part of the repository's name
 * @param limit how many repositories at most
 */
public record Query(String baseModel, String task, String tag, String text, int limit) {
  /** A query for every repository. */
  public static final Query ALL = new Query("", "", "", "", Integer.MAX_VALUE);

  /** Checks the limit. */
  public Query {
    Objects.requireNonNull(baseModel, "baseModel");
    Objects.requireNonNull(task, "task");
    Objects.requireNonNull(tag, "tag");
    Objects.requireNonNull(text, "text");
    if (limit < 1) {
      throw new IllegalArgumentException("query limit expected 1 or more but found " + limit);
    }
  }

  /**
   * Asks for adapters of a base model.
   *
   * @param wanted its id
   * @return the narrower query
   */
  public Query withBaseModel(String wanted) {
    return new Query(wanted, task, tag, text, limit);
  }

  /**
   * Asks for a task.
   *
   * @param wanted the task
   * @return the narrower query
   */
  public Query withTask(String wanted) {
    return new Query(baseModel, wanted, tag, text, limit);
  }

  /**
   * Asks for a tag.
   *
   * @param wanted the tag
   * @return the narrower query
   */
  public Query withTag(String wanted) {
    return new Query(baseModel, task, wanted, text, limit);
  }

  /**
   * Asks for a part of the name.
   *
   * @param wanted the part
   * @return the narrower query
   */
  public Query withText(String wanted) {
    return new Query(baseModel, task, tag, wanted, limit);
  }

  /**
   * Asks for some repositories only.
   *
   * @param most how many at most
   * @return the narrower query
   */
  public Query withLimit(int most) {
    return new Query(baseModel, task, tag, text, most);
  }

  /**
   * Tells whether a repository is among those asked for, the limit aside.
   *
   * @param repo the repository
   * @return whether all that is asked holds
   */
  public boolean matches(RepoSummary repo) {
    Metadata metadata = repo.metadata();
    return (baseModel.isEmpty() || baseModel.equalsIgnoreCase(metadata.baseModel()))
        && (task.isEmpty() || task.equalsIgnoreCase(metadata.task()))
        && (tag.isEmpty() || metadata.tags().stream().anyMatch(tag::equalsIgnoreCase))
        && lower(repo.repo().toString()).contains(lower(text));
  }

  private static String lower(String value) {
    return value.toLowerCase(Locale.ROOT);
  }
}
