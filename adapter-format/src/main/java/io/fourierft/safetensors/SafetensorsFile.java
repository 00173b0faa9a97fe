package io.fourierft.safetensors;

import io.fourierft.io.FileKind;
import io.fourierft.io.PrivateMapping;
import io.fourierft.safetensors.SafetensorsException.Reason;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/**
 * A safetensors file, open for reading. The header is read and checked in full on opening; tensors
 * are mapped into memory when asked for, so files may be larger than the heap. Safe for use by
 * several threads. The file must not shrink while it is open.
 */
public final class SafetensorsFile implements Closeable {
  /** Longest header that is accepted, as in the reference implementation. */
  public static final int MAX_HEADER_BYTES = 100_000_000;

  private static final int LENGTH_BYTES = 8;
  private static final int CHUNK_BYTES = 1 << 20;

  private final Path path;
  private final BasicFileAttributes attributes;
  private final FileChannel channel;
  private final SafetensorsHeader header;
  private final long dataStart;

  private SafetensorsFile(
      Path path,
      BasicFileAttributes attributes,
      FileChannel channel,
      SafetensorsHeader header,
      long dataStart) {
    this.path = path;
    this.attributes = attributes;
    this.channel = channel;
    this.header = header;
    this.dataStart = dataStart;
  }

  /**
   * Opens a file and checks its header.
   *
   * @param path the file
   * @return the open file
   * @throws SafetensorsException if the file breaks a rule of the format
   * @throws IOException if it cannot be read
   */
  public static SafetensorsFile open(Path path) throws IOException {
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    try {
      BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
      long size = channel.size();
      int length = headerLength(channel, size, path);
      byte[] bytes = new byte[length];
      readFully(channel, ByteBuffer.wrap(bytes), LENGTH_BYTES);
      long dataStart = (long) LENGTH_BYTES + length;
      SafetensorsHeader header = SafetensorsHeader.parse(bytes, size - dataStart, path.toString());
      return new SafetensorsFile(path, attributes, channel, header, dataStart);
    } catch (IOException | RuntimeException e) {
      try (channel) {
        throw e;
      }
    }
  }

  private static int headerLength(FileChannel channel, long size, Path path) throws IOException {
    ByteBuffer start = ByteBuffer.allocate((int) Math.min(size, 2 * LENGTH_BYTES));
    readFully(channel, start, 0);
    if (size < LENGTH_BYTES) {
      throw new SafetensorsException(
          Reason.HEADER_TOO_SMALL,
          "safetensors file expected at least 8 bytes but found " + size + " (" + path + ")");
    }
    long length = start.order(ByteOrder.LITTLE_ENDIAN).getLong(0);
    if (length < 0 || length > MAX_HEADER_BYTES) {
      throw new SafetensorsException(
          Reason.HEADER_TOO_LARGE,
          String.format(
              "safetensors header expected at most %d bytes but found %s; the file begins like %s"
                  + " (%s)",
              MAX_HEADER_BYTES, Long.toUnsignedString(length), FileKind.of(start.array()), path));
    }
    if (length > size - LENGTH_BYTES) {
      throw new SafetensorsException(
          Reason.HEADER_LENGTH,
          String.format(
              "safetensors header expected at most %d bytes, the rest of the file, but found %d:"
                  + " cut off? (%s)",
              size - LENGTH_BYTES, length, path));
    }
    return (int) length;
  }

  private static void readFully(FileChannel channel, ByteBuffer target, long position)
      throws IOException {
    long at = position;
    while (target.hasRemaining()) {
      int read = channel.read(target, at);
      if (read < 0) {
        throw new EOFException("file expected to keep its size while open but it shrank");
      }
      at += read;
    }
  }

  /**
   * Returns the tensors in the order of their bytes.
   *
   * @return all tensors
   */
  public Collection<TensorEntry> entries() {
    return header.tensors().values();
  }

  /**
   * Tells whether there is a tensor of a name.
   *
   * @param name the name
   * @return true if there is
   */
  public boolean contains(String name) {
    return header.tensors().containsKey(name);
  }

  /**
   * Finds a tensor.
   *
   * @param name its name
   * @return the tensor
   * @throws SafetensorsException if there is none
   */
  public TensorEntry entry(String name) throws SafetensorsException {
    TensorEntry entry = header.tensors().get(name);
    if (entry == null) {
      throw new SafetensorsException(
          Reason.NO_TENSOR,
          String.format(
              "tensor expected '%s' but found none of the name among %d (%s)",
              name, header.tensors().size(), path));
    }
    return entry;
  }

  /**
   * Returns the free text of the header.
   *
   * @return text by key
   */
  public Map<String, String> metadata() {
    return header.metadata();
  }

  /**
   * Returns the file.
   *
   * @return its path
   */
  public Path path() {
    return path;
  }

  /**
   * Maps a whole tensor of up to 2 GiB.
   *
   * @param name its name
   * @return its bytes, read-only and little-endian; valid after closing, too
   * @throws IOException if there is none, or it is larger, or it cannot be mapped
   */
  public ByteBuffer map(String name) throws IOException {
    TensorEntry entry = entry(name);
    return map(name, 0, entry.bytes());
  }

  /**
   * Maps a part of a tensor.
   *
   * @param name its name
   * @param offset offset of the part in the tensor
   * @param length bytes of the part, up to 2 GiB
   * @return the bytes, read-only and little-endian; valid after closing, too
   * @throws IOException if there is no such part, or it cannot be mapped
   */
  public ByteBuffer map(String name, long offset, long length) throws IOException {
    TensorEntry entry = entry(name);
    requireInside(entry, offset, length);
    if (length > Integer.MAX_VALUE) {
      throw new SafetensorsException(
          Reason.UNSUITABLE,
          String.format(
              "mapped part expected at most %d bytes but found %d (%s in %s)",
              Integer.MAX_VALUE, length, name, path));
    }
    long start = dataStart + entry.begin() + offset;
    return channel.map(FileChannel.MapMode.READ_ONLY, start, length).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Opens the file once more, for memory that can be changed while the file stays as it is.
   *
   * @return the mapping, to be closed by the caller; empty if there can be none
   * @throws IOException if the file cannot be opened
   */
  public Optional<PrivateMapping> mapPrivate() throws IOException {
    return PrivateMapping.open(path, attributes);
  }

  /**
   * Cuts a whole tensor out of a mapping.
   *
   * @param name its name
   * @param mapping of this file
   * @return its bytes, little-endian; empty if the tensor is larger than 2 GiB or its numbers are
   *     not aligned
   * @throws IOException if there is none, or it cannot be mapped
   */
  public Optional<ByteBuffer> cut(String name, PrivateMapping mapping) throws IOException {
    TensorEntry entry = entry(name);
    long start = dataStart + entry.begin();
    boolean aligned = start % Math.max(1, entry.dtype().bits() / Byte.SIZE) == 0;
    return aligned ? mapping.range(start, entry.bytes()) : Optional.empty();
  }

  /**
   * Copies a part of a tensor. Unlike {@link #map} this leaves no pages of the file in the process.
   *
   * @param name its name
   * @param offset offset of the part in the tensor
   * @param target filled from its position to its limit with the bytes from there on
   * @throws IOException if there is no such part, or it cannot be read
   */
  public void read(String name, long offset, ByteBuffer target) throws IOException {
    TensorEntry entry = entry(name);
    requireInside(entry, offset, target.remaining());
    readFully(channel, target, dataStart + entry.begin() + offset);
  }

  private void requireInside(TensorEntry entry, long offset, long length)
      throws SafetensorsException {
    if (offset < 0 || length < 0 || offset > entry.bytes() - length) {
      throw new SafetensorsException(
          Reason.UNSUITABLE,
          String.format(
              "part expected inside the %d bytes of the tensor but found %d + %d (%s in %s)",
              entry.bytes(), offset, length, entry.name(), path));
    }
  }

  /**
   * Reads a tensor of type F32, F16 or BF16 into the heap.
   *
   * @param name its name
   * @return its numbers, row-major
   * @throws IOException if there is none, it has another type or does not fit an array
   */
  public float[] floats(String name) throws IOException {
    TensorEntry entry = entry(name);
    if (!entry.dtype().isFloat() || entry.elements() > Integer.MAX_VALUE - 8) {
      throw new SafetensorsException(
          Reason.UNSUITABLE,
          String.format(
              "tensor expected F32, F16 or BF16 of at most %d elements but found %s of %d (%s in"
                  + " %s)",
              Integer.MAX_VALUE - 8, entry.dtype(), entry.elements(), name, path));
    }
    float[] values = new float[(int) entry.elements()];
    int width = entry.dtype().bits() / 8;
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    int done = 0;
    while (done < values.length) {
      int count = Math.min(values.length - done, CHUNK_BYTES / width);
      chunk.clear().limit(count * width);
      readFully(channel, chunk, dataStart + entry.begin() + (long) done * width);
      convert(chunk.flip(), entry.dtype(), values, done, count);
      done += count;
    }
    return values;
  }

  private static void convert(ByteBuffer from, DType type, float[] to, int start, int count) {
    for (int i = start; i < start + count; i++) {
      to[i] =
          switch (type) {
            case F32 -> from.getFloat();
            case F16 -> HalfFloats.fromFloat16(from.getShort());
            case BF16 -> HalfFloats.fromBfloat16(from.getShort());
            default -> throw new IllegalStateException("type " + type + " is no float");
          };
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  @Override
  public String toString() {
    return "SafetensorsFile[" + path + ", " + header.tensors().size() + " tensors]";
  }
}
