package io.fourierft.hub;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A writer's own directory for what is not finished, removed with what is left in it. */
final class Staging implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Staging.class);

  private final Path directory;
  private int count;

  private Staging(Path directory) {
    this.directory = directory;
  }

  /** Makes a staging directory in a directory that exists. */
  static Staging in(Path parent) throws IOException {
    return new Staging(Files.createDirectory(parent.resolve(UUID.randomUUID().toString())));
  }

  /** Removes staging directories of processes that were killed long ago. */
  static void sweep(Path parent, Instant youngest) throws IOException {
    for (Path path : DurableFiles.list(parent)) {
      removeIfOld(path, youngest);
    }
  }

  /**
   * Removes a file, or a directory with its content, if nothing in it is younger.
   *
   * @return whether it was removed
   */
  static boolean removeIfOld(Path path, Instant youngest) throws IOException {
    List<Path> all = DurableFiles.tree(path);
    for (Path below : all) {
      if (!isOld(below, youngest)) {
        return false;
      }
    }
    if (all.isEmpty()) {
      // Its owner has just removed it.
      return false;
    }
    DurableFiles.deleteTree(path);
    return true;
  }

  static boolean isOld(Path path, Instant youngest) throws IOException {
    try {
      return !Files.getLastModifiedTime(path, NOFOLLOW_LINKS).toInstant().isAfter(youngest);
    } catch (NoSuchFileException e) {
      // Its owner has just removed it; there is nothing to be old.
      return false;
    }
  }

  /** A path in the directory that nothing has yet. */
  Path next() {
    return directory.resolve(Integer.toString(count++));
  }

  Path nextDirectory() throws IOException {
    return Files.createDirectory(next());
  }

  @Override
  public void close() {
    try {
      DurableFiles.deleteTree(directory);
    } catch (IOException e) {
      // What is done is done, and what failed is told already; the rest is for clean().
      LOG.warn("temporary directory expected to be removed but found {} ({})", e, directory);
    }
  }
}
