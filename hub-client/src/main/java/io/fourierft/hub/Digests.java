package io.fourierft.hub;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.LongConsumer;

/** Copies of files that are checked against, or give, their SHA-256. */
final class Digests {
  private static final int BUFFER = 1 << 16;

  private Digests() {}

  static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(newDigest().digest(bytes));
  }

  /** Copies to a new file, forced to storage, and tells what was copied. */
  static HubFile copy(ReadableByteChannel source, Path target, String path, LongConsumer progress)
      throws IOException {
    try (FileChannel out = DurableFiles.openNew(target)) {
      HubFile copied = pump(source, out, path, Long.MAX_VALUE, progress);
      out.force(true);
      return copied;
    }
  }

  /** Copies a blob to a new file, forced to storage, unless it is not what it should be. */
  static void copyVerified(Path blob, Path target, HubFile expected, LongConsumer progress)
      throws IOException {
    try (FileChannel in = DurableFiles.openRegular(blob);
        FileChannel out = DurableFiles.openNew(target)) {
      requireSame(pump(in, out, expected.path(), expected.size(), progress), expected, blob);
      out.force(true);
    }
  }

  /** Tells whether a file has the size and digest that it should have. */
  static boolean matches(Path file, HubFile expected) throws IOException {
    try (FileChannel in = DurableFiles.openRegular(file)) {
      return in.size() == expected.size()
          && pump(in, Sink.NOTHING, expected.path(), expected.size(), read -> {}).equals(expected);
    }
  }

  /** Copies one byte more than the limit at most, so that too long a source shows. */
  private static HubFile pump(
      ReadableByteChannel in,
      WritableByteChannel out,
      String path,
      long limit,
      LongConsumer progress)
      throws IOException {
    MessageDigest digest = newDigest();
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    long size = 0;
    while (size <= limit && in.read(buffer) >= 0) {
      buffer.flip();
      size += buffer.remaining();
      digest.update(buffer.duplicate());
      while (size <= limit && buffer.hasRemaining()) {
        out.write(buffer);
      }
      buffer.clear();
      progress.accept(size);
    }
    return new HubFile(path, size, HexFormat.of().formatHex(digest.digest()));
  }

  private static void requireSame(HubFile found, HubFile expected, Path blob) throws HubException {
    if (found.size() != expected.size()) {
      String size = found.size() > expected.size() ? "more" : found.size() + " bytes";
      throw new HubException.Corrupt(
          "content of " + expected.path(), expected.size() + " bytes", size, blob);
    }
    if (!found.sha256().equals(expected.sha256())) {
      throw new HubException.Corrupt(
          "content of " + expected.path(),
          "sha256 " + expected.sha256(),
          "sha256 " + found.sha256(),
          blob);
    }
  }

  private static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /** Takes bytes and keeps none. */
  private enum Sink implements WritableByteChannel {
    NOTHING;

    @Override
    public int write(ByteBuffer source) {
      int count = source.remaining();
      source.position(source.limit());
      return count;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {
      // There is nothing to let go of.
    }
  }
}
