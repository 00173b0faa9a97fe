package io.fourierft.torch;

import io.fourierft.torch.TorchException.Reason;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where the records of a zip archive lie, for archives whose records are stored as they are, as
 * PyTorch writes them so that they can be mapped. Zip64 is understood. Archives with records that
 * overlap or names that occur twice are refused; compressed and encrypted records are listed but
 * not to be had, so nothing in an archive can grow when it is read.
 */
final class StoredZip {
  /** Longest directory that is accepted: some half a million records. */
  static final int MAX_DIRECTORY_BYTES = 64 << 20;

  private static final int END_BYTES = 22;
  private static final int END_SIGNATURE = 0x06054b50;
  private static final int MAX_COMMENT_BYTES = 0xffff;
  private static final int LOCATOR_BYTES = 20;
  private static final int LOCATOR_SIGNATURE = 0x07064b50;
  private static final int END64_BYTES = 56;
  private static final int END64_SIGNATURE = 0x06064b50;
  private static final int ENTRY_BYTES = 46;
  private static final int ENTRY_SIGNATURE = 0x02014b50;
  private static final int LOCAL_BYTES = 30;
  private static final int LOCAL_SIGNATURE = 0x04034b50;
  private static final int ZIP64_FIELD = 1;
  private static final long MAX_32 = 0xffffffffL;
  private static final int MAX_16 = 0xffff;

  private final FileChannel channel;
  private final long size;
  private final String where;

  private StoredZip(FileChannel channel, long size, String where) {
    this.channel = channel;
    this.size = size;
    this.where = where;
  }

  /** The bytes of a record in the file. */
  record Part(String name, long start, long size, boolean stored) {
    /** Refuses a record whose bytes are not those that were saved. */
    Part required(String where) throws TorchException {
      if (!stored) {
        throw new TorchException(
            Reason.COMPRESSED,
            String.format(
                "PyTorch file expected records stored as they are but found %s compressed or"
                    + " encrypted: load it in Python and save it again with torch.save (%s)",
                name, where));
      }
      return this;
    }
  }

  /** A record and its local header. */
  private record Entry(long header, Part part) {
    long end() {
      return part.start + part.size;
    }
  }

  private record Directory(long start, long size, long count) {}

  /** Reads the directory of an archive: record name to its place, in the directory's order. */
  static Map<String, Part> read(FileChannel channel, String where) throws IOException {
    return new StoredZip(channel, channel.size(), where).parts();
  }

  private Map<String, Part> parts() throws IOException {
    Directory directory = directory();
    if (directory.size > MAX_DIRECTORY_BYTES
        || directory.count > directory.size / ENTRY_BYTES
        || directory.start > size - directory.size) {
      throw damaged(
          String.format(
              "a directory of at most %d bytes inside the file's %d", MAX_DIRECTORY_BYTES, size),
          String.format(
              "%d records in %d bytes from %d on",
              directory.count, directory.size, directory.start));
    }
    ByteBuffer bytes = bytes(directory.start, (int) directory.size);
    Map<String, Part> parts = new LinkedHashMap<>();
    List<Entry> entries = new ArrayList<>();
    for (long i = 0; i < directory.count; i++) {
      Entry entry = entry(bytes, directory.start);
      entries.add(entry);
      if (parts.put(entry.part.name, entry.part) != null) {
        throw damaged("distinct record names", entry.part.name + " twice");
      }
    }
    requireApart(entries);
    return Collections.unmodifiableMap(parts);
  }

  private void requireApart(List<Entry> entries) throws TorchException {
    entries.sort(Comparator.comparingLong(Entry::header));
    long end = 0;
    for (Entry entry : entries) {
      if (entry.header < end) {
        throw damaged("records one after the other", entry.part.name + " inside the one before");
      }
      end = entry.end();
    }
  }

  private Directory directory() throws IOException {
    int length = (int) Math.min(size, END_BYTES + MAX_COMMENT_BYTES);
    ByteBuffer tail = bytes(size - length, length);
    int at = length - END_BYTES;
    while (at >= 0
        && (tail.getInt(at) != END_SIGNATURE
            || unsigned16(tail, at + 20) != length - at - END_BYTES)) {
      at--;
    }
    if (at < 0) {
      throw damaged("a zip directory at the end of the file", "none: cut off?");
    }
    if (unsigned16(tail, at + 4) != 0 || unsigned16(tail, at + 6) != 0) {
      throw damaged("an archive in one file", "one of several disks");
    }
    long count = unsigned16(tail, at + 10);
    long bytes = unsigned32(tail, at + 12);
    long start = unsigned32(tail, at + 16);
    boolean beyond = count == MAX_16 || bytes == MAX_32 || start == MAX_32;
    return beyond ? directory64(size - length + at) : new Directory(start, bytes, count);
  }

  private Directory directory64(long end) throws IOException {
    ByteBuffer locator = bytes(end - LOCATOR_BYTES, LOCATOR_BYTES);
    if (locator.getInt(0) != LOCATOR_SIGNATURE) {
      throw damaged("a zip64 locator", "other bytes");
    }
    ByteBuffer record = bytes(locator.getLong(8), END64_BYTES);
    if (record.getInt(0) != END64_SIGNATURE) {
      throw damaged("a zip64 directory end", "other bytes");
    }
    long count = record.getLong(32);
    long bytes = record.getLong(40);
    long start = record.getLong(48);
    if (count < 0 || bytes < 0 || start < 0) {
      throw damaged("sizes below 2^63", "larger ones");
    }
    return new Directory(start, bytes, count);
  }

  /** Takes one entry from the directory and finds its bytes. */
  private Entry entry(ByteBuffer from, long limit) throws IOException {
    if (from.remaining() < ENTRY_BYTES || from.getInt(from.position()) != ENTRY_SIGNATURE) {
      throw damaged("a directory entry", "other bytes");
    }
    int at = from.position();
    int nameBytes = unsigned16(from, at + 28);
    int extraBytes = unsigned16(from, at + 30);
    int commentBytes = unsigned16(from, at + 32);
    if (from.remaining() - ENTRY_BYTES < nameBytes + extraBytes + commentBytes) {
      throw damaged("a whole directory entry", "its beginning");
    }
    byte[] name = new byte[nameBytes];
    from.get(at + ENTRY_BYTES, name);
    String text = new String(name, StandardCharsets.UTF_8);
    requirePlain(text);
    ByteBuffer extra = from.slice(at + ENTRY_BYTES + nameBytes, extraBytes);
    extra.order(ByteOrder.LITTLE_ENDIAN);
    long[] sizes = {
      unsigned32(from, at + 24), unsigned32(from, at + 20), unsigned32(from, at + 42)
    };
    widen(sizes, extra, text);
    int method = unsigned16(from, at + 10);
    boolean stored = method == 0 && (unsigned16(from, at + 8) & 1) == 0;
    if (stored && sizes[0] != sizes[1]) {
      throw damaged("a stored record of one size", sizes[1] + " and " + sizes[0] + " for " + text);
    }
    from.position(at + ENTRY_BYTES + nameBytes + extraBytes + commentBytes);
    long start = dataStart(sizes[2], name, method, limit);
    if (sizes[1] > limit - start) {
      throw damaged("records in front of the directory", text + " reaching beyond");
    }
    return new Entry(sizes[2], new Part(text, start, sizes[1], stored));
  }

  private void requirePlain(String name) throws TorchException {
    boolean outside = name.startsWith("/") || name.contains("\\") || name.contains("\0");
    if (name.isEmpty() || outside || List.of(name.split("/")).contains("..")) {
      throw damaged("plain record names", "'" + name.replace('\0', '?') + "'");
    }
  }

  /** Replaces the numbers that 32 bits do not hold: size, stored size and header offset. */
  private void widen(long[] sizes, ByteBuffer extra, String name) throws TorchException {
    while (extra.remaining() >= 4) {
      int id = Short.toUnsignedInt(extra.getShort());
      int length = Short.toUnsignedInt(extra.getShort());
      if (length > extra.remaining()) {
        throw damaged("whole extra fields", "the beginning of one at " + name);
      }
      int next = extra.position() + length;
      for (int i = 0; i < sizes.length && id == ZIP64_FIELD; i++) {
        if (sizes[i] == MAX_32 && next - extra.position() >= Long.BYTES) {
          sizes[i] = extra.getLong();
        }
      }
      extra.position(next);
    }
    for (long value : sizes) {
      if (value < 0) {
        throw damaged("sizes below 2^63", "larger ones at " + name);
      }
    }
  }

  private long dataStart(long header, byte[] name, int method, long limit) throws IOException {
    String text = new String(name, StandardCharsets.UTF_8);
    if (header > limit - LOCAL_BYTES - name.length) {
      throw damaged("a local header in front of the directory", header + " for " + text);
    }
    ByteBuffer local = bytes(header, LOCAL_BYTES + name.length);
    byte[] localName = new byte[name.length];
    local.get(LOCAL_BYTES, localName);
    boolean same =
        local.getInt(0) == LOCAL_SIGNATURE
            && unsigned16(local, 8) == method
            && unsigned16(local, 26) == name.length
            && Arrays.equals(localName, name);
    if (!same) {
      throw damaged("the local header of " + text, "other bytes");
    }
    long start = header + LOCAL_BYTES + name.length + unsigned16(local, 28);
    if (start > limit) {
      throw damaged("records in front of the directory", text + " reaching beyond");
    }
    return start;
  }

  private ByteBuffer bytes(long start, int length) throws IOException {
    if (start < 0 || start > size - length) {
      throw damaged("positions inside the file's " + size + " bytes", "" + start);
    }
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, start + bytes.position()) < 0) {
        throw new EOFException("file expected to keep its size while open but it shrank");
      }
    }
    return bytes.flip();
  }

  private static int unsigned16(ByteBuffer bytes, int at) {
    return Short.toUnsignedInt(bytes.getShort(at));
  }

  private static long unsigned32(ByteBuffer bytes, int at) {
    return Integer.toUnsignedLong(bytes.getInt(at));
  }

  private TorchException damaged(String expected, String found) {
    return new TorchException(
        Reason.ARCHIVE,
        "zip archive expected " + expected + " but found " + found + " (" + where + ")");
  }
}
