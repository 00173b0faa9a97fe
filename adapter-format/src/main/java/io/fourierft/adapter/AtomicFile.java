package io.fourierft.adapter;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Replaces a file so that a crash at any moment leaves the old bytes or the new ones: a temporary
 * file in the same directory is written, forced to disk and renamed, and the directory is forced.
 */
final class AtomicFile {
  private AtomicFile() {}

  static void write(Path target, ByteBuffer bytes) throws IOException {
    Path absolute = target.toAbsolutePath();
    Path directory = absolute.getParent();
    if (directory == null || Files.isDirectory(absolute)) {
      throw new IOException("adapter file expected a file name but found directory " + target);
    }
    String name = String.format(".%s.%016x.tmp", absolute.getFileName(), random());
    Path temporary = directory.resolve(name);
    try {
      try (FileChannel channel =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(
          temporary, absolute, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException | RuntimeException e) {
      discard(temporary, e);
      throw e;
    }
    forceDirectory(directory);
  }

  private static long random() {
    return ThreadLocalRandom.current().nextLong();
  }

  private static void discard(Path temporary, Exception cause) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  /** Makes the new name durable, where directories can be opened (not on Windows). */
  private static void forceDirectory(Path directory) throws IOException {
    FileChannel channel;
    try {
      channel = FileChannel.open(directory, StandardOpenOption.READ);
    } catch (IOException e) {
      return; // the platform does not open directories, so it has no force for them either
    }
    try (channel) {
      channel.force(true);
    }
  }
}
