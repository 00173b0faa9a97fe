package io.fourierft.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
