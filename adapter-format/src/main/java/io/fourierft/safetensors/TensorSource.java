package io.fourierft.safetensors;

import io.fourierft.io.AtomicFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A tensor to be written.
 *
 * @param name its name
 * @param dtype type of its elements
 * @param shape its sides; none for a scalar
 * @param data writes its little-endian bytes, exactly as many as type and shape ask for
 */
public record TensorSource(String name, DType dtype, List<Long> shape, AtomicFile.Content data) {
  private static final int CHUNK = 1 << 14;

  /**
   * Copies the shape and checks that nothing is null.
   *
   * @param name its name
   * @param dtype type of its elements
   * @param shape its sides; none for a scalar
   * @param data writes its little-endian bytes, exactly as many as type and shape ask for
   */
  public TensorSource {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(dtype, "dtype");
    Objects.requireNonNull(data, "data");
    shape = List.copyOf(shape);
    if (shape.stream().anyMatch(side -> side < 0)) {
      throw new IllegalArgumentException(
          "tensor shape expected sides >= 0 but found " + shape + " (" + name + ")");
    }
  }

  /**
   * Makes a source of numbers in the heap; F16 and BF16 are rounded.
   *
   * @param name name of the tensor
   * @param dtype F32, F16 or BF16
   * @param shape sides of the tensor
   * @param values its numbers, row-major; not copied
   * @return the source
   */
  public static TensorSource of(String name, DType dtype, long[] shape, float[] values) {
    if (!dtype.isFloat()) {
      throw new IllegalArgumentException(
          "type of floats expected F32, F16 or BF16 but found " + dtype + " (" + name + ")");
    }
    List<Long> sides = Arrays.stream(shape).boxed().toList();
    return new TensorSource(
        name,
        dtype,
        sides,
        out -> {
          ByteBuffer buffer = ByteBuffer.allocate(CHUNK * 4).order(ByteOrder.LITTLE_ENDIAN);
          for (int start = 0; start < values.length; start += CHUNK) {
            buffer.clear();
            put(values, start, Math.min(start + CHUNK, values.length), dtype, buffer);
            out.write(buffer.array(), 0, buffer.position());
          }
        });
  }

  private static void put(float[] values, int start, int end, DType dtype, ByteBuffer buffer) {
    for (int i = start; i < end; i++) {
      switch (dtype) {
        case F32 -> buffer.putFloat(values[i]);
        case F16 -> buffer.putShort(HalfFloats.toFloat16(values[i]));
        default -> buffer.putShort(HalfFloats.toBfloat16(values[i]));
      }
    }
  }

  /** Returns the size in bytes. */
  long bytes() {
    long bits = dtype.bits();
    for (long side : shape) {
      bits = Math.multiplyExact(bits, side);
    }
    if (bits % 8 != 0) {
      throw new IllegalArgumentException(
          "tensor expected whole bytes but found " + bits + " bits (" + name + ")");
    }
    return bits / 8;
  }

  /** Writes the data and checks their size. */
  void writeTo(OutputStream out) throws IOException {
    CountingStream counting = new CountingStream(out);
    data.writeTo(counting);
    if (counting.count() != bytes()) {
      throw new IllegalStateException(
          "tensor data expected "
              + bytes()
              + " bytes but found "
              + counting.count()
              + " ("
              + name
              + ")");
    }
  }
}
