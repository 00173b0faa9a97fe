package io.fourierft.torch;

import io.fourierft.torch.TorchException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A file of {@code torch.save} from before PyTorch 1.6: five pickles one after the other (a magic
 * number, a version, facts about the machine, the value, the keys of its storages), then each
 * storage's number of elements and its numbers.
 *
 * @param root the value
 * @param storages where the numbers lie
 */
record LegacyArchive(Object root, TorchArchive storages) {
  private static final int MAX_PICKLE_BYTES = 64 << 20;
  private static final long VERSION = 1001;

  /** The first pickle, which is the same in all files. */
  private static final byte[] MAGIC = HexFormat.of().parseHex("80028a0a6cfc9c46f9206aa850192e");

  /** Whether a file begins as such files do. */
  static boolean recognises(FileChannel channel) throws IOException {
    ByteBuffer start = ByteBuffer.allocate(MAGIC.length);
    while (start.hasRemaining() && channel.read(start, start.position()) >= 0) {
      // until the buffer is full or the file ends
    }
    return Arrays.equals(start.array(), MAGIC);
  }

  /** Reads the pickles and finds the storages. */
  static LegacyArchive read(FileChannel channel, String where) throws IOException {
    long size = channel.size();
    ByteBuffer bytes = channel.map(MapMode.READ_ONLY, 0, Math.min(size, MAX_PICKLE_BYTES));
    bytes.position(MAGIC.length);
    if (!Long.valueOf(VERSION).equals(Unpickler.over(bytes, where).value())) {
      throw other("version " + VERSION + " of the format", "another one", where);
    }
    if (!(Unpickler.over(bytes, where).value() instanceof Map<?, ?> machine)
        || !Boolean.TRUE.equals(machine.get("little_endian"))) {
      throw other("little-endian numbers", "others", where);
    }
    Unpickler unpickler = Unpickler.over(bytes, where);
    Object root = unpickler.value();
    if (!(Unpickler.over(bytes, where).value() instanceof List<?> keys)) {
      throw other("a list of storages", "another value", where);
    }
    Map<String, StoredZip.Part> parts = new LinkedHashMap<>();
    long at = bytes.position();
    for (Object key : keys) {
      PickledStorage storage = key instanceof String ? unpickler.storages().get(key) : null;
      if (storage == null || parts.containsKey(TorchArchive.DATA + key)) {
        throw other("the storages of its value, once each", "another one", where);
      }
      long length = length(channel, at, where);
      at += Long.BYTES;
      if (length != storage.length() || storage.bytes() > size - at) {
        throw other(
            String.format("storage %s with %d elements", key, storage.length()),
            String.format("%d, and %d bytes until the end: cut off?", length, size - at),
            where);
      }
      String name = TorchArchive.DATA + key;
      parts.put(name, new StoredZip.Part(name, at, storage.bytes(), true));
      at += storage.bytes();
    }
    return new LegacyArchive(root, new TorchArchive(parts, "", where));
  }

  private static long length(FileChannel channel, long at, String where) throws IOException {
    ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    while (length.hasRemaining()) {
      if (channel.read(length, at + length.position()) < 0) {
        throw other("the numbers of its storages", "the end of the file: cut off?", where);
      }
    }
    return length.getLong(0);
  }

  private static TorchException other(String expected, String found, String where) {
    return new TorchException(
        Reason.ARCHIVE,
        "PyTorch file from before 1.6 expected "
            + expected
            + " but found "
            + found
            + " ("
            + where
            + ")");
  }
}
