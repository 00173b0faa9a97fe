package io.fourierft.delta;

import io.fourierft.delta.DeltaBasis.Side;

/**
 * Standard normal numbers that are a function of a seed and a position: SplitMix64 (Steele, Lea and
 * Flood, 2014) and the Box-Muller transform, with {@link StrictMath}, so that a stored seed means
 * the same basis on every platform.
 */
final class Normals {
  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private Normals() {}

  /** Fills the first numbers of a vector: those of one side and index. */
  static void fill(long seed, Side side, int index, double[] vector, int length) {
    long state = mix(mix(seed + GOLDEN * (side.ordinal() + 1)) + GOLDEN * (index + 1L));
    for (int i = 0; i < length; i += 2) {
      state += GOLDEN;
      double u = ((mix(state) >>> 11) + 0.5) * 0x1p-53;
      state += GOLDEN;
      double angle = 2 * Math.PI * ((mix(state) >>> 11) * 0x1p-53);
      double radius = StrictMath.sqrt(-2 * StrictMath.log(u));
      vector[i] = radius * StrictMath.cos(angle);
      if (i + 1 < length) {
        vector[i + 1] = radius * StrictMath.sin(angle);
      }
    }
  }

  private static long mix(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
