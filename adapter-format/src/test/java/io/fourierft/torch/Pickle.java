package io.fourierft.torch;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes pickles of protocol 2, instruction by instruction. */
final class Pickle {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  Pickle() {
    code(0x80, 2);
  }

  Pickle code(int... codes) {
    for (int code : codes) {
      bytes.write(code);
    }
    return this;
  }

  Pickle text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return code('X').raw(ints(utf8.length)).raw(utf8);
  }

  Pickle name(String module, String name) {
    return code('c').raw((module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
  }

  Pickle number(long value) {
    ByteBuffer digits = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value);
    return code(0x8a, 8).raw(digits.array());
  }

  Pickle sizes(long... sizes) {
    code('(');
    for (long size : sizes) {
      number(size);
    }
    return code('t');
  }

  /** A float tensor of a storage. */
  Pickle tensor(String key, long length, long offset, long[] shape, long[] strides) {
    name("torch._utils", "_rebuild_tensor_v2").code('(', '(');
    text("storage").name("torch", "FloatStorage").text(key).text("cpu").number(length);
    code('t', 'Q').number(offset).sizes(shape).sizes(strides).code(0x89, '}');
    return code('t', 'R');
  }

  Pickle raw(byte[] raw) {
    bytes.writeBytes(raw);
    return this;
  }

  byte[] stop() {
    return code('.').bytes.toByteArray();
  }

  static byte[] ints(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
  }
}
