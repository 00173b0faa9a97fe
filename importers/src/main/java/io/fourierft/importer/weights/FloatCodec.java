package io.fourierft.importer.weights;

import io.fourierft.safetensors.DType;
import io.fourierft.safetensors.HalfFloats;
import java.nio.ByteBuffer;

/**
 * Turns stored little-endian numbers into floats. Doubles are rounded to the nearest float; halves
 * and bfloat16 numbers are exactly representable.
 */
final class FloatCodec {
  private FloatCodec() {}

  /**
   * Decodes as many numbers as {@code target} is asked to take.
   *
   * @param source little-endian numbers, positioned at the first one
   * @param type how they are stored
   * @param target where the floats go
   * @param count how many
   */
  static void decode(ByteBuffer source, DType type, float[] target, int count) {
    switch (type) {
      case F32 -> source.asFloatBuffer().get(target, 0, count);
      case F64 -> {
        for (int i = 0; i < count; i++) {
          target[i] = (float) source.getDouble(source.position() + 8 * i);
        }
      }
      case F16 -> {
        for (int i = 0; i < count; i++) {
          target[i] = HalfFloats.fromFloat16(source.getShort(source.position() + 2 * i));
        }
      }
      case BF16 -> {
        for (int i = 0; i < count; i++) {
          target[i] = HalfFloats.fromBfloat16(source.getShort(source.position() + 2 * i));
        }
      }
      default ->
          throw new IllegalArgumentException(
              "element type expected a floating-point one but found " + type);
    }
  }

  /**
   * Widens bfloat16 numbers, which are the upper halves of floats, four at a time. Native memory on
   * both sides, little-endian.
   *
   * @param source as many numbers as fit, from its position on
   * @param target where the floats go, from its position on
   * @param packed room for a quarter as many
   * @param wide room for half as many
   * @param count how many
   */
  static void widenBfloat16(
      ByteBuffer source, ByteBuffer target, long[] packed, long[] wide, int count) {
    int whole = count / 4;
    source.asLongBuffer().get(packed, 0, whole);
    for (int i = 0; i < whole; i++) {
      long four = packed[i];
      wide[2 * i] = (four & 0xffffL) << 16 | (four & 0xffff0000L) << 32;
      wide[2 * i + 1] = four >>> 16 & 0xffff0000L | four & 0xffff000000000000L;
    }
    target.asLongBuffer().put(wide, 0, 2 * whole);
    for (int i = 4 * whole; i < count; i++) {
      float value = HalfFloats.fromBfloat16(source.getShort(source.position() + 2 * i));
      target.putFloat(target.position() + 4 * i, value);
    }
  }
}
