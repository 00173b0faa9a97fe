package io.fourierft.torch;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes zip archives field by field, so that each field can lie. */
final class TorchZip {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final List<byte[]> directory = new ArrayList<>();
  private boolean zip64;

  /** What the directory says about a record. */
  record Entry(String name, int method, int flags, long size, long stored, long header) {}

  TorchZip add(String name, byte[] content) {
    long header = bytes.size();
    local(name, content);
    return list(new Entry(name, 0, 0, content.length, content.length, header));
  }

  /** Writes a record without listing it. */
  TorchZip local(String name, byte[] content) {
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    ByteBuffer header = ByteBuffer.allocate(30).order(ByteOrder.LITTLE_ENDIAN);
    header.putInt(0, 0x04034b50).putShort(26, (short) text.length);
    bytes.writeBytes(header.array());
    bytes.writeBytes(text);
    bytes.writeBytes(content);
    return this;
  }

  TorchZip list(Entry entry) {
    byte[] text = entry.name.getBytes(StandardCharsets.UTF_8);
    int extra = zip64 ? 28 : 0;
    ByteBuffer record =
        ByteBuffer.allocate(46 + text.length + extra).order(ByteOrder.LITTLE_ENDIAN);
    record.putInt(0, 0x02014b50).putShort(8, (short) entry.flags);
    record.putShort(10, (short) entry.method).putShort(28, (short) text.length);
    record.putShort(30, (short) extra).put(46, text);
    record.putInt(20, zip64 ? -1 : (int) entry.stored).putInt(24, zip64 ? -1 : (int) entry.size);
    record.putInt(42, zip64 ? -1 : (int) entry.header);
    if (zip64) {
      record.position(46 + text.length);
      record.putShort((short) 1).putShort((short) 24);
      record.putLong(entry.size).putLong(entry.stored).putLong(entry.header);
    }
    directory.add(record.array());
    return this;
  }

  /** Uses the 64-bit form from now on. */
  TorchZip wide() {
    zip64 = true;
    return this;
  }

  byte[] finish() {
    long size = directory.stream().mapToLong(entry -> entry.length).sum();
    return finish(directory.size(), size, bytes.size());
  }

  byte[] finish(long count, long size, long start) {
    directory.forEach(bytes::writeBytes);
    long end = bytes.size();
    if (zip64) {
      ByteBuffer record = ByteBuffer.allocate(56 + 20).order(ByteOrder.LITTLE_ENDIAN);
      record.putInt(0, 0x06064b50).putLong(32, count).putLong(40, size).putLong(48, start);
      record.putInt(56, 0x07064b50).putLong(64, end);
      bytes.writeBytes(record.array());
    }
    ByteBuffer tail = ByteBuffer.allocate(22).order(ByteOrder.LITTLE_ENDIAN);
    tail.putInt(0, 0x06054b50).putShort(10, (short) (zip64 ? -1 : count));
    tail.putInt(12, zip64 ? -1 : (int) size).putInt(16, zip64 ? -1 : (int) start);
    bytes.writeBytes(tail.array());
    return bytes.toByteArray();
  }
}
