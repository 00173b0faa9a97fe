package io.fourierft.spectral;

/**
 * The 32-bit Mersenne Twister of Matsumoto and Nishimura (1998), seeded by their {@code
 * init_genrand}, which is the generator behind PyTorch on the CPU. Only the low 32 bits of the seed
 * count. Not thread safe.
 */
final class Mt19937 {
  private static final int SIZE = 624;
  private static final int SHIFT = 397;
  private static final int UPPER_BIT = 0x80000000;
  private static final int LOWER_BITS = 0x7fffffff;

  private final int[] state = new int[SIZE];
  private int next = SIZE;

  Mt19937(long seed) {
    state[0] = (int) seed;
    for (int i = 1; i < SIZE; i++) {
      state[i] = 1812433253 * (state[i - 1] ^ (state[i - 1] >>> 30)) + i;
    }
  }

  /** Returns the next word as an unsigned 32-bit number. */
  long nextUnsigned() {
    if (next == SIZE) {
      refill();
    }
    int y = state[next++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    y ^= y >>> 18;
    return y & 0xffffffffL;
  }

  /** Returns two words as one 64-bit number, the first word in the high half. */
  long nextLong() {
    long high = nextUnsigned();
    return high << 32 | nextUnsigned();
  }

  /** Returns a number strictly between 0 and 1 with 53 random bits. */
  double nextOpenUnit() {
    return ((nextLong() >>> 11) + 0.5) * 0x1p-53;
  }

  private void refill() {
    for (int i = 0; i < SIZE; i++) {
      int joined = state[i] & UPPER_BIT | state[(i + 1) % SIZE] & LOWER_BITS;
      int twisted = joined >>> 1 ^ ((joined & 1) == 0 ? 0 : 0x9908b0df);
      state[i] = state[(i + SHIFT) % SIZE] ^ twisted;
    }
    next = 0;
  }
}
