package io.fourierft.torch;

import io.fourierft.io.FileKind;
import io.fourierft.torch.TorchException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/**
 * The records of a file of {@code torch.save}, all below one folder: {@code data.pkl}, and one of
 * each storage's numbers under {@code data/}.
 */
record TorchArchive(Map<String, StoredZip.Part> parts, String prefix, String where) {
  private static final int MAX_PICKLE_BYTES = 64 << 20;
  private static final int START_BYTES = 512;
  private static final int TAR_MAGIC = 257;

  /** The folder of the storages. */
  static final String DATA = "data/";

  /** Finds the records of a file. */
  static TorchArchive read(FileChannel channel, String where) throws IOException {
    requireZip(channel, where);
    Map<String, StoredZip.Part> parts = StoredZip.read(channel, where);
    TorchArchive archive = new TorchArchive(parts, prefix(parts, where), where);
    archive.requireLittleEndian(channel);
    return archive;
  }

  /** The pickle, in memory. */
  byte[] pickle(FileChannel channel) throws IOException {
    return bytes(channel, parts.get(prefix + "data.pkl"), MAX_PICKLE_BYTES);
  }

  /** The record of a storage that has been required. */
  StoredZip.Part storage(String key) {
    return parts.get(prefix + DATA + key);
  }

  private static void requireZip(FileChannel channel, String where) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(START_BYTES, channel.size()));
    while (buffer.hasRemaining() && channel.read(buffer, buffer.position()) >= 0) {
      // until the buffer is full or the file ends
    }
    byte[] start = Arrays.copyOf(buffer.array(), buffer.position());
    boolean tar =
        start.length > TAR_MAGIC + 5
            && new String(start, TAR_MAGIC, 5, StandardCharsets.ISO_8859_1).equals("ustar");
    if (tar) {
      throw new TorchException(
          Reason.OTHER_TORCH,
          "PyTorch file expected the zip format but found a tar archive of its beginnings: in"
              + " Python, torch.save(torch.load(file, weights_only=True), file) converts it ("
              + where
              + ")");
    }
    if (start.length < 4 || start[0] != 'P' || start[1] != 'K') {
      byte[] kind = Arrays.copyOf(start, Math.min(start.length, FileKind.START));
      throw new TorchException(
          Reason.NOT_TORCH,
          "PyTorch file expected a zip archive but found "
              + FileKind.of(kind)
              + " ("
              + where
              + ")");
    }
  }

  private static String prefix(Map<String, StoredZip.Part> parts, String where)
      throws TorchException {
    for (String name : parts.keySet()) {
      int slash = name.indexOf('/');
      if (slash >= 0 && name.substring(slash + 1).equals("data.pkl")) {
        String prefix = name.substring(0, slash + 1);
        if (parts.containsKey(prefix + "constants.pkl")) {
          throw new TorchException(
              Reason.OTHER_TORCH,
              "PyTorch file expected weights but found a TorchScript program: save its"
                  + " state_dict() with torch.save ("
                  + where
                  + ")");
        }
        return prefix;
      }
    }
    throw new TorchException(
        Reason.NOT_TORCH,
        "PyTorch file expected a record data.pkl but found another zip archive (" + where + ")");
  }

  private void requireLittleEndian(FileChannel channel) throws IOException {
    StoredZip.Part part = parts.get(prefix + "byteorder");
    if (part != null) {
      String order = new String(bytes(channel, part, 16), StandardCharsets.ISO_8859_1);
      if (!order.equals("little")) {
        throw new TorchException(
            Reason.OTHER_TORCH,
            "byte order expected little but found "
                + order
                + ": save it on a little-endian machine, or as safetensors ("
                + where
                + ")");
      }
    }
  }

  /** Checks that a storage is there as a whole. */
  void requireStorage(PickledStorage storage) throws TorchException {
    StoredZip.Part part = storage(storage.key());
    if (part == null || (part.stored() && part.size() != storage.bytes())) {
      throw new TorchException(
          Reason.STORAGE,
          String.format(
              "storage expected a record data/%s of %d bytes but found %s (%s)",
              storage.key(), storage.bytes(), part == null ? "none" : part.size() + "", where));
    }
    part.required(where);
  }

  private byte[] bytes(FileChannel channel, StoredZip.Part part, int limit) throws IOException {
    part.required(where);
    if (part.size() > limit) {
      throw new TorchException(
          Reason.ARCHIVE,
          String.format(
              "record expected at most %d bytes but found %d (%s in %s)",
              limit, part.size(), part.name(), where));
    }
    ByteBuffer buffer = ByteBuffer.allocate((int) part.size());
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, part.start() + buffer.position()) < 0) {
        throw new TorchException(
            Reason.ARCHIVE,
            "file expected to keep its size while open but it shrank (" + where + ")");
      }
    }
    return buffer.array();
  }
}
