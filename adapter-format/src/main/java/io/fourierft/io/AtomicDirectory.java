package io.fourierft.io;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Makes a new directory that is there in full or not at all: its files are written to a temporary
 * one beside it, which is then renamed.
 */
public final class AtomicDirectory {
  private AtomicDirectory() {}

  /** What a directory is to hold. */
  @FunctionalInterface
  public interface Content {
    /**
     * Writes the files.
     *
     * @param directory where to, empty
     * @throws IOException if they cannot be written
     */
    void writeTo(Path directory) throws IOException;
  }

  /**
   * Makes a directory. If the content fails, nothing is left.
   *
   * @param target the directory, absent or empty; directories above it are made
   * @param content what to write
   * @throws DirectoryNotEmptyException if there are files in it already
   * @throws IOException if it cannot be written
   */
  public static void write(Path target, Content content) throws IOException {
    requireNew(target);
    Path absolute = target.toAbsolutePath().normalize();
    Path parent = absolute.getParent();
    if (parent == null) {
      throw new DirectoryNotEmptyException(target.toString());
    }
    Files.createDirectories(parent);
    long random = ThreadLocalRandom.current().nextLong();
    Path temporary = parent.resolve(String.format(".%s.%016x.tmp", absolute.getFileName(), random));
    Files.createDirectory(temporary);
    try {
      content.writeTo(temporary);
      Files.move(temporary, absolute, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | RuntimeException e) {
      discard(temporary, e);
      throw e;
    }
  }

  /**
   * Refuses a target that holds something, before work is spent on it.
   *
   * @param target the directory
   * @throws NotDirectoryException if it is a file
   * @throws DirectoryNotEmptyException if there are files in it
   * @throws IOException if it cannot be read
   */
  public static void requireNew(Path target) throws IOException {
    if (!Files.exists(target)) {
      return;
    }
    if (!Files.isDirectory(target)) {
      throw new NotDirectoryException(target.toString());
    }
    try (var files = Files.list(target)) {
      if (files.findAny().isPresent()) {
        throw new DirectoryNotEmptyException(target.toString());
      }
    }
  }

  private static void discard(Path directory, Exception cause) {
    try {
      Files.walkFileTree(
          directory,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException failure)
                throws IOException {
              Files.delete(visited);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }
}
