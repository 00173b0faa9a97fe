package io.fourierft.merge;

import io.fourierft.safetensors.DType;
import io.fourierft.safetensors.HalfFloats;
import io.fourierft.safetensors.SafetensorsFile;
import io.fourierft.safetensors.TensorEntry;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Copies the numbers of a checkpoint's tensors piece by piece, changed on the way or not. */
final class StoredNumbers {
  private static final int PIECE = 1 << 20;

  /** Bytes that are mapped at a time; a multiple of every number's size. */
  private static final long WINDOW = 1 << 26;

  private StoredNumbers() {}

  /** What is added to a tensor. */
  @FunctionalInterface
  interface Addend {
    /** Returns what is added to the number at a row-major position. */
    double at(long position);
  }

  static void copy(SafetensorsFile file, TensorEntry entry, OutputStream out) throws IOException {
    byte[] piece = new byte[(int) Math.min(PIECE, entry.bytes())];
    for (long done = 0; done < entry.bytes(); done += WINDOW) {
      ByteBuffer window = window(file, entry, done);
      while (window.hasRemaining()) {
        int length = Math.min(piece.length, window.remaining());
        window.get(piece, 0, length);
        out.write(piece, 0, length);
      }
    }
  }

  /** Writes the sums in the stored type; refuses one that the type does not hold. */
  static void add(SafetensorsFile file, TensorEntry entry, Addend addend, OutputStream out)
      throws IOException {
    ByteBuffer target = ByteBuffer.allocate(PIECE).order(ByteOrder.LITTLE_ENDIAN);
    long position = 0;
    for (long done = 0; done < entry.bytes(); done += WINDOW) {
      ByteBuffer window = window(file, entry, done);
      while (window.hasRemaining()) {
        flush(target, Double.BYTES, out);
        double sum = get(window, entry.dtype()) + addend.at(position);
        put(sum, entry.dtype(), entry.name(), position++, target);
      }
    }
    flush(target, PIECE, out);
  }

  private static ByteBuffer window(SafetensorsFile file, TensorEntry entry, long start)
      throws IOException {
    return file.map(entry.name(), start, Math.min(WINDOW, entry.bytes() - start));
  }

  /** Writes out what is in the buffer unless so many bytes still fit. */
  private static void flush(ByteBuffer target, int wanted, OutputStream out) throws IOException {
    if (target.remaining() < wanted) {
      out.write(target.array(), 0, target.position());
      target.clear();
    }
  }

  /** Writes numbers in a type; refuses one that the type does not hold. */
  static void write(float[] values, DType type, String name, OutputStream out) throws IOException {
    ByteBuffer target = ByteBuffer.allocate(PIECE).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < values.length; i++) {
      flush(target, Double.BYTES, out);
      put(values[i], type, name, i, target);
    }
    flush(target, PIECE, out);
  }

  private static double get(ByteBuffer from, DType type) {
    return switch (type) {
      case F64 -> from.getDouble();
      case F32 -> from.getFloat();
      case F16 -> HalfFloats.fromFloat16(from.getShort());
      default -> HalfFloats.fromBfloat16(from.getShort());
    };
  }

  private static void put(double value, DType type, String name, long position, ByteBuffer to)
      throws IOException {
    double stored;
    switch (type) {
      case F64 -> {
        stored = value;
        to.putDouble(value);
      }
      case F32 -> {
        stored = (float) value;
        to.putFloat((float) value);
      }
      case F16 -> {
        short half = HalfFloats.toFloat16((float) value);
        stored = HalfFloats.fromFloat16(half);
        to.putShort(half);
      }
      default -> {
        short half = HalfFloats.toBfloat16((float) value);
        stored = HalfFloats.fromBfloat16(half);
        to.putShort(half);
      }
    }
    if (!Double.isFinite(stored)) {
      throw new IOException(
          String.format(
              "merged weight expected finite as %s but found %s at position %d (%s)",
              type, value, position, name));
    }
  }
}
