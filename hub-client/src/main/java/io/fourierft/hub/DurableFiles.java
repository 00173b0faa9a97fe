package io.fourierft.hub;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** File operations that are either done, on stable storage, or not done at all. */
final class DurableFiles {
  /** Windows opens no directory for reading; NTFS journals renames by itself. */
  private static final boolean DIRECTORIES_SYNC = File.separatorChar == '/';

  private DurableFiles() {}

  /** Writes a new file and forces it to storage. */
  static void write(Path file, byte[] content) throws IOException {
    try (FileChannel channel = openNew(file)) {
      ByteBuffer buffer = ByteBuffer.wrap(content);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
  }

  static FileChannel openNew(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  /** Opens a regular file, not what a link points to and not a pipe. */
  static FileChannel openRegular(Path file) throws IOException {
    BasicFileAttributes found =
        Files.readAttributes(file, BasicFileAttributes.class, NOFOLLOW_LINKS);
    if (!found.isRegularFile()) {
      throw new HubException.Corrupt("hub file", "a regular file", kind(found), file);
    }
    return FileChannel.open(file, StandardOpenOption.READ, NOFOLLOW_LINKS);
  }

  /** Reads a small regular file whole. */
  static byte[] read(Path file, int limit) throws IOException {
    try (FileChannel channel = openRegular(file)) {
      long size = channel.size();
      if (size > limit) {
        throw new HubException.Corrupt("hub file", limit + " bytes at most", "" + size, file);
      }
      ByteBuffer buffer = ByteBuffer.allocate((int) size);
      while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
        continue;
      }
      if (buffer.hasRemaining()) {
        throw new HubException.Corrupt("hub file", size + " bytes", "fewer", file);
      }
      return buffer.array();
    }
  }

  /** Makes a directory, and those above it, durably. */
  static void makeDirectories(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    Path parent = directory.getParent();
    if (parent != null) {
      makeDirectories(parent);
    }
    try {
      Files.createDirectory(directory);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(directory)) {
        throw new HubException.Denied("hub path", "a directory", "a file", directory);
      }
    }
    if (parent != null) {
      sync(parent);
    }
  }

  /** Renames a file over another one or none. */
  static void replace(Path source, Path target) throws IOException {
    Files.move(source, target, StandardCopyOption.ATOMIC_MOVE);
    sync(target.getParent());
  }

  /**
   * Renames a directory with content to a name that nobody has taken yet. No file system renames a
   * directory over one that is not empty, so exactly one of several claimants wins, whatever they
   * run on, and its content appears in the same instant.
   *
   * @param own the name of a file in the directory that no other claimant's directory has
   * @return whether the name is now the claimant's
   */
  static boolean claim(Path source, Path target, String own) throws IOException {
    try {
      Files.move(source, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      if (!Files.exists(target, NOFOLLOW_LINKS)) {
        throw e;
      }
      // A network file system may have lost the answer to a rename that took place.
      return Files.exists(target.resolve(own), NOFOLLOW_LINKS)
          && Files.notExists(source, NOFOLLOW_LINKS);
    }
    sync(target.getParent());
    return true;
  }

  /** Lists a directory. */
  static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /**
   * Lists a directory and all below it, not following links. What vanishes meanwhile is left out;
   * the list is empty if the directory is not there.
   */
  static List<Path> tree(Path directory) throws IOException {
    List<Path> found = new ArrayList<>();
    Files.walkFileTree(
        directory,
        new TolerantVisitor() {
          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
            found.add(path);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
            found.add(path);
            return FileVisitResult.CONTINUE;
          }
        });
    return found;
  }

  /** Forces the names in a directory to storage. */
  static void sync(Path directory) throws IOException {
    if (DIRECTORIES_SYNC) {
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  /** Deletes a file or a directory with its content, not following links. */
  static void deleteTree(Path root) throws IOException {
    if (!Files.exists(root, NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        root,
        new TolerantVisitor() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, IOException fault)
              throws IOException {
            if (fault != null) {
              throw fault;
            }
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** Walks on when another process removes what is being walked. */
  private static class TolerantVisitor extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFileFailed(Path file, IOException fault) throws IOException {
      if (fault instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw fault;
    }
  }

  /** What a path is, in words. */
  static String kind(BasicFileAttributes attributes) {
    if (attributes.isSymbolicLink()) {
      return "a symbolic link";
    }
    if (attributes.isDirectory()) {
      return "a directory";
    }
    return attributes.isRegularFile() ? "a file" : "a device or pipe";
  }
}
