package io.fourierft.safetensors;

/**
 * The two 16-bit floating point formats: IEEE 754 binary16 (1 sign, 5 exponent, 10 fraction bits)
 * and bfloat16 (1, 8, 7). Widening is exact; narrowing rounds to the nearest, ties to even, and
 * turns what is too large into infinity.
 */
public final class HalfFloats {
  private static final int SIGN = 0x8000;
  private static final int INFINITY = 0x7c00;

  private HalfFloats() {}

  /**
   * Widens a binary16 number.
   *
   * @param half its bits
   * @return the same number
   */
  public static float fromFloat16(short half) {
    int sign = (half & SIGN) << 16;
    int exponent = half >>> 10 & 0x1f;
    int fraction = half & 0x3ff;
    if (exponent == 0x1f) { // infinity or not a number
      return Float.intBitsToFloat(sign | 0x7f800000 | fraction << 13);
    }
    if (exponent == 0) { // zero or subnormal: fraction * 2^-24
      float magnitude = fraction * 0x1p-24f;
      return sign == 0 ? magnitude : -magnitude;
    }
    return Float.intBitsToFloat(sign | exponent + 112 << 23 | fraction << 13);
  }

  /**
   * Narrows to binary16.
   *
   * @param value a number
   * @return the bits of the nearest binary16 number
   */
  public static short toFloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = bits >>> 16 & SIGN;
    int magnitude = bits & 0x7fffffff;
    if (magnitude > 0x7f800000) {
      return (short) (sign | INFINITY | 0x200 | magnitude >>> 13 & 0x3ff);
    }
    if (magnitude >= 0x477ff000) { // from 65,520 on the nearest is infinity
      return (short) (sign | INFINITY);
    }
    if (magnitude < 0x38800000) { // below 2^-14: a multiple of 2^-24, rounded exactly once
      return (short) (sign | (int) Math.rint(Math.abs(value) * 0x1p24f));
    }
    int rebased = magnitude - (112 << 23);
    int rounded = rebased + 0xfff + (rebased >>> 13 & 1) >>> 13;
    return (short) (sign | rounded);
  }

  /**
   * Widens a bfloat16 number.
   *
   * @param half its bits
   * @return the same number
   */
  public static float fromBfloat16(short half) {
    return Float.intBitsToFloat(half << 16);
  }

  /**
   * Narrows to bfloat16.
   *
   * @param value a number
   * @return the bits of the nearest bfloat16 number
   */
  public static short toBfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if ((bits & 0x7fffffff) > 0x7f800000) {
      return (short) (bits >>> 16 | 0x40);
    }
    return (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
  }
}
