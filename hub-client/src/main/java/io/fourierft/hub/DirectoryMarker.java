package io.fourierft.hub;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.UUID;

/** The file {@code hub.json}, the first that is written, which makes a directory a hub. */
final class DirectoryMarker {
  private static final String TEMPORARY = ".hub.json.";
  private static final int MAX_BYTES = 4096;

  private DirectoryMarker() {}

  /**
   * Tells whether a hub is there.
   *
   * @return false if there is nothing yet: no directory, or an empty one
   * @throws HubException.Unsupported if other files are there, or a newer hub
   */
  static boolean isHub(DirectoryLayout layout) throws IOException {
    Path root = layout.root();
    if (!Files.exists(root)) {
      return false;
    }
    if (!Files.isDirectory(root)) {
      BasicFileAttributes found = Files.readAttributes(root, BasicFileAttributes.class);
      throw new HubException.Denied("hub", "a directory", DurableFiles.kind(found), root);
    }
    if (hasMarker(layout)) {
      return true;
    }
    boolean empty = layout.names(root).stream().allMatch(name -> name.startsWith(TEMPORARY));
    // Another process may have made it a hub in between.
    if (!empty && !hasMarker(layout)) {
      throw new HubException.Unsupported(
          "hub", "a directory hub or an empty directory", "other files", root);
    }
    return !empty;
  }

  private static boolean hasMarker(DirectoryLayout layout) throws IOException {
    Path marker = layout.marker();
    if (!Files.exists(marker, NOFOLLOW_LINKS)) {
      return false;
    }
    VersionJson.requireMarker(DurableFiles.read(marker, MAX_BYTES), marker);
    return true;
  }

  /** What an interrupted making of the hub left behind. */
  static List<Path> temporaries(DirectoryLayout layout) throws IOException {
    return layout.names(layout.root()).stream()
        .filter(name -> name.startsWith(TEMPORARY))
        .map(layout.root()::resolve)
        .toList();
  }

  /** Makes the directory a hub if it is none yet. */
  static void ensure(DirectoryLayout layout) throws IOException {
    if (isHub(layout)) {
      return;
    }
    DurableFiles.makeDirectories(layout.root());
    Path temporary = layout.root().resolve(TEMPORARY + UUID.randomUUID());
    try {
      DurableFiles.write(temporary, VersionJson.marker());
      DurableFiles.replace(temporary, layout.marker());
    } finally {
      Files.deleteIfExists(temporary);
    }
  }
}
