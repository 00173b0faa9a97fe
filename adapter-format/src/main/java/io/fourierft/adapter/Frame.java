package io.fourierft.adapter;

import io.fourierft.io.FileKind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** The frame around the payload; package-info.java gives its grammar. */
final class Frame {
  static final int VERSION = 1;
  static final int OLDEST_VERSION = 1;
  static final int HEADER_BYTES = 16;
  static final int DIGEST_BYTES = 32;

  /** Largest payload: adapters are kilobytes, heads megabytes. */
  static final int MAX_PAYLOAD = 1 << 30;

  private static final byte[] MAGIC = {(byte) 0x89, 'F', 'F', 'T', '\r', '\n', 0x1a, '\n'};

  private Frame() {}

  /** Returns a frame with room for the payload, which the caller fills in before sealing. */
  static byte[] open(int payloadBytes) {
    ByteBuffer frame =
        ByteBuffer.allocate(HEADER_BYTES + payloadBytes + DIGEST_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    frame.put(MAGIC).putInt(VERSION).putInt(payloadBytes);
    return frame.array();
  }

  /** Writes the digest of all before it. */
  static void seal(byte[] frame) {
    MessageDigest digest = sha256();
    digest.update(frame, 0, frame.length - DIGEST_BYTES);
    byte[] value = digest.digest();
    System.arraycopy(value, 0, frame, frame.length - DIGEST_BYTES, DIGEST_BYTES);
  }

  /**
   * Reads one frame to the end of the stream.
   *
   * @return the whole frame, checked
   */
  static byte[] read(InputStream in, String where) throws IOException {
    byte[] header = in.readNBytes(HEADER_BYTES);
    int payloadBytes = checkHeader(header, where);
    byte[] rest = in.readNBytes(payloadBytes + DIGEST_BYTES); // grows with what is there
    if (rest.length < payloadBytes + DIGEST_BYTES) {
      throw new AdapterFormatException.Corrupt(
          "adapter file expected "
              + ((long) HEADER_BYTES + payloadBytes + DIGEST_BYTES)
              + " bytes but found "
              + ((long) HEADER_BYTES + rest.length)
              + ": cut off? ("
              + where
              + ")");
    }
    if (in.read() >= 0) {
      throw new AdapterFormatException.Corrupt(
          "adapter file expected to end after "
              + ((long) HEADER_BYTES + rest.length)
              + " bytes but found more ("
              + where
              + ")");
    }
    checkDigest(header, rest, payloadBytes, where);
    byte[] frame = Arrays.copyOf(header, HEADER_BYTES + rest.length);
    System.arraycopy(rest, 0, frame, HEADER_BYTES, rest.length);
    return frame;
  }

  private static int checkHeader(byte[] header, String where) throws AdapterFormatException {
    int known = Math.min(header.length, MAGIC.length);
    if (known == 0 || !Arrays.equals(header, 0, known, MAGIC, 0, known)) {
      throw new AdapterFormatException.Corrupt(
          "adapter file expected to begin with 89 46 46 54 but found "
              + FileKind.of(header)
              + " ("
              + where
              + ")");
    }
    if (header.length < HEADER_BYTES) {
      throw new AdapterFormatException.Corrupt(
          "adapter file expected a header of "
              + HEADER_BYTES
              + " bytes but found "
              + header.length
              + ": cut off? ("
              + where
              + ")");
    }
    ByteBuffer fields = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
    long version = Integer.toUnsignedLong(fields.getInt(MAGIC.length));
    checkVersion(version, where);
    long payload = Integer.toUnsignedLong(fields.getInt(MAGIC.length + 4));
    if (payload > MAX_PAYLOAD) {
      throw new AdapterFormatException.Corrupt(
          "payload expected at most "
              + MAX_PAYLOAD
              + " bytes but found "
              + payload
              + " ("
              + where
              + ")");
    }
    return (int) payload;
  }

  private static void checkVersion(long version, String where) throws AdapterFormatException {
    String message =
        "format version expected "
            + OLDEST_VERSION
            + " to "
            + VERSION
            + " but found "
            + version
            + " ("
            + where
            + ")";
    if (version < OLDEST_VERSION) {
      throw new AdapterFormatException.TooOld(message);
    }
    if (version > VERSION) {
      throw new AdapterFormatException.TooNew(message);
    }
  }

  private static void checkDigest(byte[] header, byte[] rest, int payloadBytes, String where)
      throws AdapterFormatException {
    MessageDigest digest = sha256();
    digest.update(header);
    digest.update(rest, 0, payloadBytes);
    byte[] expected = Arrays.copyOfRange(rest, payloadBytes, rest.length);
    if (!MessageDigest.isEqual(expected, digest.digest())) {
      throw new AdapterFormatException.Corrupt(
          "adapter file expected to match its sha256 but found other bytes (" + where + ")");
    }
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every Java platform", e);
    }
  }
}
