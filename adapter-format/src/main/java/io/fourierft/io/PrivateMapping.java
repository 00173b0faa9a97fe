package io.fourierft.io;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A file as memory that can be changed while the file stays as it is. Few and large pieces are
 * mapped, and what is asked for is cut out of them; ranges that overlap share their memory. The
 * memory stays after closing. The file must not be written to in place, and not shrink, as long as
 * the memory is in use; replacing it by another file of its name is no matter. Not thread-safe.
 */
public final class PrivateMapping implements Closeable {
  private static final long PIECE_BYTES = 1 << 30;

  private final FileChannel channel;
  private final long size;
  private final Map<Long, ByteBuffer> pieces = new HashMap<>();

  private PrivateMapping(FileChannel channel, long size) {
    this.channel = channel;
    this.size = size;
  }

  /**
   * Opens a file for mapping.
   *
   * @param file the file
   * @param known what was seen of it before: another file in its place is not mapped
   * @return the mapping; empty if the file may not be opened for that (Java asks for the right to
   *     write), or another one is in its place
   * @throws IOException if it cannot be opened
   */
  public static Optional<PrivateMapping> open(Path file, BasicFileAttributes known)
      throws IOException {
    if (!Files.isWritable(file)) {
      return Optional.empty();
    }
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    boolean same = false;
    try {
      BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
      same =
          channel.size() == known.size()
              && Objects.equals(found.fileKey(), known.fileKey())
              && found.lastModifiedTime().equals(known.lastModifiedTime());
    } finally {
      if (!same) {
        channel.close();
      }
    }
    return same ? Optional.of(new PrivateMapping(channel, known.size())) : Optional.empty();
  }

  /**
   * Cuts a range out.
   *
   * @param start its first byte in the file
   * @param length how many bytes; inside the file
   * @return the bytes, little-endian; empty if they are more than 2 GiB
   * @throws IOException if they cannot be mapped
   */
  public Optional<ByteBuffer> range(long start, long length) throws IOException {
    if (length > Integer.MAX_VALUE) {
      return Optional.empty();
    }
    if (start < 0 || length < 0 || length > size - start) {
      throw new IllegalArgumentException(
          "range expected inside " + size + " bytes but found " + start + " + " + length);
    }
    long number = start / PIECE_BYTES;
    long offset = start % PIECE_BYTES;
    ByteBuffer range =
        offset + length <= PIECE_BYTES
            ? piece(number).slice((int) offset, (int) length)
            : channel.map(FileChannel.MapMode.PRIVATE, start, length);
    return Optional.of(range.order(ByteOrder.LITTLE_ENDIAN));
  }

  private ByteBuffer piece(long number) throws IOException {
    ByteBuffer known = pieces.get(number);
    if (known != null) {
      return known;
    }
    long start = number * PIECE_BYTES;
    ByteBuffer piece =
        channel.map(FileChannel.MapMode.PRIVATE, start, Math.min(PIECE_BYTES, size - start));
    pieces.put(number, piece);
    return piece;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
