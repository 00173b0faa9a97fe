package io.fourierft.importer.weights;

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
  static void decode(ByteBuffer source, ElementType type, float[] target, int count) {
    switch (type) {
      case F32 -> source.asFloatBuffer().get(target, 0, count);
      case F64 -> {
        for (int i = 0; i < count; i++) {
          target[i] = (float) source.getDouble(source.position() + 8 * i);
        }
      }
      case F16 -> {
        for (int i = 0; i < count; i++) {
          target[i] = half(source.getShort(source.position() + 2 * i));
        }
      }
      case BF16 -> {
        for (int i = 0; i < count; i++) {
          target[i] = Float.intBitsToFloat(source.getShort(source.position() + 2 * i) << 16);
        }
      }
      default ->
          throw new IllegalArgumentException(
              "element type expected a floating-point one but found " + type);
    }
  }

  /** The float with the value of an IEEE half: 1 sign, 5 exponent and 10 fraction bits. */
  static float half(short bits) {
    int sign = (bits & 0x8000) << 16;
    int exponent = (bits >>> 10) & 0x1f;
    int fraction = bits & 0x3ff;
    if (exponent == 0x1f) { // infinity and NaN
      return Float.intBitsToFloat(sign | 0x7f800000 | fraction << 13);
    }
    if (exponent == 0) { // zero and subnormal numbers: fraction * 2^-24
      float magnitude = fraction * 0x1p-24f;
      return sign == 0 ? magnitude : -magnitude;
    }
    return Float.intBitsToFloat(sign | (exponent + 112) << 23 | fraction << 13);
  }
}
