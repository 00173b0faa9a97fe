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

  private StoredNumbers() {}

  /** What is added to a tensor. */
  @FunctionalInterface
  interface Addend {
    /** Returns what is added to the number at a row-major position. */
    double at(long position);
  }

  static void copy(SafetensorsFile file, TensorEntry entry, OutputStream out) throws IOException {
    for (long done = 0; done < entry.bytes(); done += PIECE) {
      int length = (int) Math.min(PIECE, entry.bytes() - done);
      byte[] piece = new byte[length];
      file.map(entry.name(), done, length).get(piece);
      out.write(piece);
    }
  }

  /** Writes the sums in the stored type; refuses one that the type does not hold. */
  static void add(SafetensorsFile file, TensorEntry entry, Addend addend, OutputStream out)
      throws IOException {
    int width = entry.dtype().bits() / Byte.SIZE;
    ByteBuffer target = ByteBuffer.allocate(PIECE).order(ByteOrder.LITTLE_ENDIAN);
    for (long done = 0; done < entry.bytes(); done += PIECE) {
      int length = (int) Math.min(PIECE, entry.bytes() - done);
      ByteBuffer piece = file.map(entry.name(), done, length);
      target.clear();
      for (long position = done / width; piece.hasRemaining(); position++) {
        double sum = get(piece, entry.dtype()) + addend.at(position);
        put(sum, entry.dtype(), entry.name(), position, target);
      }
      out.write(target.array(), 0, target.position());
    }
  }

  /** Writes numbers in a type; refuses one that the type does not hold. */
  static void write(float[] values, DType type, String name, OutputStream out) throws IOException {
    ByteBuffer target = ByteBuffer.allocate(PIECE).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < values.length; i++) {
      if (target.remaining() < Double.BYTES) {
        out.write(target.array(), 0, target.position());
        target.clear();
      }
      put(values[i], type, name, i, target);
    }
    out.write(target.array(), 0, target.position());
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
