package io.fourierft.hub;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * One immutable state of a repository.
 *
 * @param repo the repository
 * @param id the id, in lower-case hexadecimal digits; it follows from the content
 * @param parents the ids of the versions before it, none for the first one
 * @param created when it was published, by the publisher's clock
 * @param message what the publisher said about it, may be empty
 */
public record Version(
    RepoId repo, String id, List<String> parents, Instant created, String message) {
  private static final int SHORT = 12;

  /** Copies the list. */
  public Version {
    Objects.requireNonNull(repo, "repo");
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(created, "created");
    Objects.requireNonNull(message, "message");
    parents = List.copyOf(parents);
  }

  /**
   * A prefix of the id for people.
   *
   * @return the first 12 digits of the id
   */
  public String shortId() {
    return id.length() > SHORT ? id.substring(0, SHORT) : id;
  }
}
