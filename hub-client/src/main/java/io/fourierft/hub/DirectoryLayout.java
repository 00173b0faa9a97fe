package io.fourierft.hub;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a directory hub keeps what. The root itself may be a link; below it no link is followed.
 *
 * @param root the directory of the hub
 */
record DirectoryLayout(Path root) {
  static final String MARKER = "hub.json";

  Path marker() {
    return root.resolve(MARKER);
  }

  Path blobs() {
    return root.resolve("blobs");
  }

  Path blob(String sha256) {
    return blobs().resolve(sha256.substring(0, 2)).resolve(sha256);
  }

  Path temps() {
    return root.resolve("tmp");
  }

  Path repos() {
    return root.resolve("repos");
  }

  Path repo(RepoId id) {
    return repos().resolve(id.namespace()).resolve(id.name());
  }

  Path versions(RepoId id) {
    return repo(id).resolve("versions");
  }

  Path tags(RepoId id) {
    return repo(id).resolve("tags");
  }

  /** Refuses a repository whose directory would be a device on Windows. */
  static void requirePortable(RepoId id) {
    for (String part : List.of(id.namespace(), id.name())) {
      String fault = PortableNames.segmentFault(part);
      if (!fault.isEmpty()) {
        throw new IllegalArgumentException(
            "repository name expected one that every system can keep but found "
                + fault
                + " ("
                + id
                + ")");
      }
    }
  }

  /**
   * Tells whether a directory of the hub is there.
   *
   * @throws HubException.Corrupt if it, or one above it, is a link or no directory
   */
  boolean exists(Path directory) throws IOException {
    if (directory.equals(root)) {
      return Files.isDirectory(root);
    }
    Path step = root;
    for (Path name : root.relativize(directory)) {
      step = step.resolve(name);
      BasicFileAttributes found;
      try {
        found = Files.readAttributes(step, BasicFileAttributes.class, NOFOLLOW_LINKS);
      } catch (NoSuchFileException e) {
        return false;
      }
      if (!found.isDirectory()) {
        throw new HubException.Corrupt("hub path", "a directory", DurableFiles.kind(found), step);
      }
    }
    return true;
  }

  /** Tells whether a path is a directory itself, not a link to one. */
  boolean isDirectory(Path path) {
    return Files.isDirectory(path, NOFOLLOW_LINKS);
  }

  /** A path of the hub as it is shown, the same on every system. */
  String relative(Path path) {
    List<String> names = new ArrayList<>();
    root.relativize(path).forEach(name -> names.add(name.toString()));
    return String.join("/", names);
  }

  /** Makes a directory of the hub. */
  void make(Path directory) throws IOException {
    if (!exists(directory)) {
      DurableFiles.makeDirectories(directory);
    }
  }

  /** Names of what is in a directory of the hub, sorted; none if it is not there. */
  List<String> names(Path directory) throws IOException {
    if (!exists(directory)) {
      return List.of();
    }
    return DurableFiles.list(directory).stream()
        .map(entry -> entry.getFileName().toString())
        .sorted()
        .toList();
  }
}
