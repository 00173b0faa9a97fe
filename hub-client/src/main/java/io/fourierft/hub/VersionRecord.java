package io.fourierft.hub;

import java.time.Instant;
import java.util.List;

/**
 * What the directory hub writes down about a version, or about the deletion of a repository.
 *
 * @param repo the repository
 * @param sequence its place in the line of all records of the repository, from 1
 * @param base the place of the first version since the repository was last made
 * @param parent the id of the version before it, empty for the first
 * @param deleted whether this record ends the repository
 * @param created when
 * @param message what the publisher said
 * @param metadata what the version says of itself
 * @param files its files, in the order of their paths
 */
record VersionRecord(
    RepoId repo,
    long sequence,
    long base,
    String parent,
    boolean deleted,
    Instant created,
    String message,
    Metadata metadata,
    List<HubFile> files) {
  VersionRecord {
    files = List.copyOf(files);
  }

  /** The record as others see it, under its id. */
  Manifest manifest(String id) {
    List<String> parents = parent.isEmpty() ? List.of() : List.of(parent);
    return new Manifest(new Version(repo, id, parents, created, message), metadata, files);
  }
}
