package io.fourierft.hub;

import java.util.Objects;

/**
 * A repository in a list.
 *
 * @param head its newest version
 * @param metadata what that version says of itself
 */
public record RepoSummary(Version head, Metadata metadata) {
  /** Requires both. */
  public RepoSummary {
    Objects.requireNonNull(head, "head");
    Objects.requireNonNull(metadata, "metadata");
  }

  /**
   * The name of the repository.
   *
   * @return the name
   */
  public RepoId repo() {
    return head.repo();
  }
}
