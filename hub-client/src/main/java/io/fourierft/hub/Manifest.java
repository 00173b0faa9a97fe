package io.fourierft.hub;

import java.util.List;
import java.util.Objects;

/**
 * What a version holds.
 *
 * @param version the version
 * @param metadata what it says of itself
 * @param files its files, in the order of their paths
 */
public record Manifest(Version version, Metadata metadata, List<HubFile> files) {
  /** Copies the list. */
  public Manifest {
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(metadata, "metadata");
    files = List.copyOf(files);
  }

  /**
   * Adds the sizes of all files.
   *
   * @return the size in bytes, {@link Long#MAX_VALUE} if it is larger than that
   */
  public long totalSize() {
    return files.stream().mapToLong(HubFile::size).reduce(0, Manifest::add);
  }

  private static long add(long a, long b) {
    return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
  }
}
