package io.fourierft.engine;

/**
 * Functions of float vectors in loops that the just-in-time compiler turns into vector
 * instructions: short bodies, no calls, literal constants.
 */
final class HostMath {
  /** Beyond this the tail of the normal distribution is below half an ulp of 1. */
  private static final float FAR = 5.65f;

  private static final float INVERSE_SQRT_2PI = 0.39894228f;
  private static final float LOG2_E = 1.442695f;
  private static final float LN2_HIGH = 0.693359375f;
  private static final float LN2_LOW = -2.1219444e-4f;

  /** Adding 1.5 * 2^23 leaves the nearest integer in the low bits of the mantissa. */
  private static final float ROUND = 12582912f;

  private static final int ROUND_BITS = 0x4B400000;
  private static final float TANH_SCALE = 0.7978846f; // sqrt(2 / pi)
  private static final float TANH_CUBE = 0.044715f;

  private HostMath() {}

  /**
   * {@code x = exp(x)} for {@code x <= 88}: {@code 2^n exp(r)} with {@code |r| <= ln(2) / 2},
   * exp(r) by a polynomial; zero below -87.7.
   *
   * @param bits room for n numbers
   */
  static void exp(float[] x, int[] bits, float[] scratch, int n) {
    for (int i = 0; i < n; i++) {
      scratch[i] = Math.max(x[i], -88f) * LOG2_E + ROUND;
    }
    for (int i = 0; i < n; i++) {
      bits[i] = Float.floatToRawIntBits(scratch[i]);
    }
    for (int i = 0; i < n; i++) {
      float whole = scratch[i] - ROUND;
      x[i] = Math.max(x[i], -88f) - whole * LN2_HIGH - whole * LN2_LOW;
    }
    for (int i = 0; i < n; i++) {
      bits[i] = (bits[i] - ROUND_BITS + 127) << 23;
    }
    for (int i = 0; i < n; i++) {
      scratch[i] = Float.intBitsToFloat(bits[i]);
    }
    for (int i = 0; i < n; i++) {
      float r = x[i];
      float p = 4.1666418e-2f + r * (8.333345e-3f + r * 1.3981999e-3f);
      x[i] = scratch[i] * (1 + r * (1 + r * (0.5f + r * (1.6666667e-1f + r * p))));
    }
  }

  /**
   * GELU. With a = |x| and q the tail of the normal distribution beyond a, {@code y = max(x, 0) - a
   * q}. {@code q / exp(-a^2 / 2)} is a polynomial, fitted so that y is off by less than 1e-7.
   */
  static void gelu(float[] x, float[] y, Scratch room, int n) {
    tail(x, room.c, room, n);
    float[] a = room.a;
    float[] q = room.b;
    for (int i = 0; i < n; i++) {
      y[i] = Math.max(x[i], 0f) - a[i] * q[i];
    }
  }

  /** GELU and its slope, {@code dy/dx = 1/2 + sign(x) (1/2 - q + a phi(a))}, phi the density. */
  static void gelu(float[] x, float[] y, float[] slope, Scratch room, int n) {
    float[] e = slope;
    tail(x, e, room, n);
    float[] a = room.a;
    float[] q = room.b;
    for (int i = 0; i < n; i++) {
      float half = 0.5f - q[i] + a[i] * e[i] * INVERSE_SQRT_2PI;
      slope[i] = 0.5f + Math.max(-1f, Math.min(1f, x[i] * 1e30f)) * half;
    }
    for (int i = 0; i < n; i++) {
      y[i] = Math.max(x[i], 0f) - a[i] * q[i];
    }
  }

  /** {@code room.a = |x|}, {@code e = exp(-a^2 / 2)}, {@code room.b = q}. */
  private static void tail(float[] x, float[] e, Scratch room, int n) {
    float[] a = room.a;
    float[] q = room.b;
    for (int i = 0; i < n; i++) {
      a[i] = Math.min(Math.abs(x[i]), FAR);
      e[i] = -0.5f * a[i] * a[i];
    }
    exp(e, room.bits, q, n);
    for (int i = 0; i < n; i++) {
      float t = a[i];
      q[i] =
          0.008636320f
              + t
                  * (-0.0023848473f
                      + t
                          * (0.0004915045f
                              + t * (-6.932632e-05f + t * (5.875069e-06f + t * -2.2321443e-07f))));
    }
    for (int i = 0; i < n; i++) {
      float t = a[i];
      q[i] = 0.24995081f + t * (-0.1326947f + t * (0.06163994f + t * (-0.02505805f + t * q[i])));
    }
    for (int i = 0; i < n; i++) {
      float t = a[i];
      q[i] = e[i] * (0.49999997f + t * (-0.39893898f + t * q[i]));
    }
  }

  /**
   * {@code y = x s(z)}, {@code z = 2 k (x + c x^3)}, s the logistic function: the tanh form of
   * GELU. {@code dy/dx = s + y (1 - s) z'}.
   */
  static void geluTanh(float[] x, float[] y, float[] slope, Scratch room, int n) {
    float[] z = room.c;
    for (int i = 0; i < n; i++) {
      float square = x[i] * x[i];
      z[i] = 2 * TANH_SCALE * x[i] * (1 + TANH_CUBE * square);
    }
    logistic(z, y, room, n);
    for (int i = 0; i < n; i++) {
      float square = x[i] * x[i];
      float s = y[i];
      y[i] = x[i] * s;
      slope[i] = s + y[i] * (1 - s) * (2 * TANH_SCALE * (1 + 3 * TANH_CUBE * square));
    }
  }

  /** {@code y = x s(x)}, {@code dy/dx = s + y (1 - s)}. */
  static void silu(float[] x, float[] y, float[] slope, Scratch room, int n) {
    logistic(x, y, room, n);
    for (int i = 0; i < n; i++) {
      float s = y[i];
      y[i] = x[i] * s;
      slope[i] = s + y[i] * (1 - s);
    }
  }

  /** {@code s = 1 / (1 + exp(-z))}, from {@code e = exp(-|z|)} so that nothing overflows. */
  private static void logistic(float[] z, float[] s, Scratch room, int n) {
    float[] e = room.a;
    for (int i = 0; i < n; i++) {
      e[i] = -Math.abs(z[i]);
    }
    exp(e, room.bits, room.b, n);
    for (int i = 0; i < n; i++) {
      // Above zero 1 / (1 + e), below it e / (1 + e).
      float above = Math.max(0f, Math.min(1f, z[i] * 1e30f + 0.5f));
      s[i] = (above + (1 - above) * e[i]) / (1 + e[i]);
    }
  }

  /** Sum of all numbers, by halves as long as these are long. Destroys them. */
  static float sum(float[] x) {
    int length = x.length;
    while (length > 256) {
      int half = length / 2;
      int rest = length - half;
      for (int i = 0; i < half; i++) {
        x[i] += x[rest + i];
      }
      length = rest;
    }
    return sum(x, 0, length);
  }

  /** Sum of n numbers: eight sums side by side, so that no addition waits for the one before. */
  static float sum(float[] x, int from, int n) {
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    float e = 0;
    float f = 0;
    float g = 0;
    float h = 0;
    int i = from;
    int end = from + n;
    for (; i + 7 < end; i += 8) {
      a += x[i];
      b += x[i + 1];
      c += x[i + 2];
      d += x[i + 3];
      e += x[i + 4];
      f += x[i + 5];
      g += x[i + 6];
      h += x[i + 7];
    }
    for (; i < end; i++) {
      a += x[i];
    }
    return ((a + b) + (c + d)) + ((e + f) + (g + h));
  }

  /** Largest of n numbers. */
  static float max(float[] x, int from, int n) {
    float a = x[from];
    float b = a;
    float c = a;
    float d = a;
    int i = from;
    int end = from + n;
    for (; i + 3 < end; i += 4) {
      a = Math.max(a, x[i]);
      b = Math.max(b, x[i + 1]);
      c = Math.max(c, x[i + 2]);
      d = Math.max(d, x[i + 3]);
    }
    for (; i < end; i++) {
      a = Math.max(a, x[i]);
    }
    return Math.max(Math.max(a, b), Math.max(c, d));
  }

  /** Room for the intermediate results of one block. */
  static final class Scratch {
    final float[] a;
    final float[] b;
    final float[] c;
    final int[] bits;

    Scratch(int length) {
      a = new float[length];
      b = new float[length];
      c = new float[length];
      bits = new int[length];
    }
  }
}
