package io.fourierft.torch;

import io.fourierft.torch.TorchException.Reason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Takes numbers and text from where a buffer stands, never more than there are. */
final class PickleReader {
  private final ByteBuffer bytes;
  private final String where;

  PickleReader(ByteBuffer bytes, String where) {
    this.bytes = bytes;
    this.where = where;
  }

  /** Where the next byte is, for messages. */
  int position() {
    return bytes.position();
  }

  int unsigned8() throws TorchException {
    return Byte.toUnsignedInt(take(1).get());
  }

  int unsigned16() throws TorchException {
    return Short.toUnsignedInt(take(2).getShort());
  }

  int int32() throws TorchException {
    return take(4).getInt();
  }

  long int64() throws TorchException {
    return take(8).getLong();
  }

  /** A big-endian double. */
  double real() throws TorchException {
    return take(8).order(ByteOrder.BIG_ENDIAN).getDouble();
  }

  /** A length of 4 bytes. */
  long length32() throws TorchException {
    return Integer.toUnsignedLong(int32());
  }

  /** A little-endian integer in two's complement, of up to 8 bytes. */
  long integer(long length) throws TorchException {
    if (length > Long.BYTES) {
      throw broken("an integer of 64 bits", length + " bytes of one");
    }
    byte[] digits = raw(length);
    long value = digits.length > 0 && digits[digits.length - 1] < 0 ? -1 : 0;
    for (int i = digits.length - 1; i >= 0; i--) {
      value = value << Byte.SIZE | Byte.toUnsignedInt(digits[i]);
    }
    return value;
  }

  byte[] raw(long length) throws TorchException {
    ByteBuffer part = take(length);
    byte[] raw = new byte[part.remaining()];
    part.get(raw);
    return raw;
  }

  String text(long length) throws TorchException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(take(length)).toString();
    } catch (CharacterCodingException e) {
      throw broken("UTF-8", "other bytes");
    }
  }

  /** Text up to the end of the line. */
  String line() throws TorchException {
    for (int at = bytes.position(); at < bytes.limit(); at++) {
      if (bytes.get(at) == '\n') {
        String line = text(at - bytes.position());
        bytes.get();
        return line;
      }
    }
    throw broken("a line", "no end of it");
  }

  private ByteBuffer take(long length) throws TorchException {
    if (length < 0 || length > bytes.remaining()) {
      throw broken(
          Long.toUnsignedString(length) + " more bytes", bytes.remaining() + " until the end");
    }
    ByteBuffer part = bytes.slice(bytes.position(), (int) length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.position(bytes.position() + (int) length);
    return part;
  }

  private TorchException broken(String expected, String found) {
    return new TorchException(
        Reason.PICKLE,
        String.format(
            "pickle expected %s but found %s (byte %d of %s)",
            expected, found, bytes.position(), where));
  }
}
