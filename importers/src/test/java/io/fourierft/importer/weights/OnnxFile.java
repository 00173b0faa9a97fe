package io.fourierft.importer.weights;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes small ONNX files, right ones and wrong ones, field by field. */
final class OnnxFile {
  private final ByteArrayOutputStream graph = new ByteArrayOutputStream();

  /** One protobuf message under construction. */
  static final class Message {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CodedOutputStream out = CodedOutputStream.newInstance(bytes);

    Message number(int field, long value) {
      try {
        out.writeInt64(field, value);
        return this;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    Message text(int field, String value) {
      return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    Message bytes(int field, byte[] value) {
      try {
        out.writeByteArray(field, value);
        return this;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** A length without the bytes that it promises. */
    Message promise(int field, int length) {
      try {
        out.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
        out.writeUInt32NoTag(length);
        return this;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    byte[] toBytes() {
      try {
        out.flush();
        return bytes.toByteArray();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  static Message message() {
    return new Message();
  }

  static byte[] floats(float... values) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      buffer.putFloat(value);
    }
    return buffer.array();
  }

  /** A float tensor with its numbers in raw_data. */
  static Message tensor(String name, float[] values, long... shape) {
    return described(name, 1, shape).bytes(9, floats(values));
  }

  /** A tensor that still lacks its numbers. */
  static Message described(String name, int dataType, long... shape) {
    Message message = message();
    for (long size : shape) {
      message.number(1, size);
    }
    return message.number(2, dataType).text(8, name);
  }

  OnnxFile with(Message tensor) {
    graph.writeBytes(message().bytes(5, tensor.toBytes()).toBytes());
    return this;
  }

  OnnxFile product(String path, String left, String right) {
    Message node =
        message()
            .text(1, left)
            .text(1, right)
            .text(2, path + "_out")
            .text(3, path)
            .text(4, "MatMul");
    graph.writeBytes(message().bytes(1, node.toBytes()).toBytes());
    return this;
  }

  byte[] toBytes() {
    return message().number(1, 7).text(2, "pytorch").bytes(7, graph.toByteArray()).toBytes();
  }
}
