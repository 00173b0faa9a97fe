package io.fourierft.spectral;

import java.util.Arrays;

/**
 * The first values of {@code torch.randperm(size, generator=Generator().manual_seed(seed))}, bit by
 * bit as PyTorch draws them on the CPU.
 *
 * <p>Below {@value #THRESHOLD} elements PyTorch shuffles forwards, {@code swap(r[i], r[i + u32 %
 * (size - i)])}, after which position {@code i} is final: a prefix of length k costs O(k). From
 * there on, PyTorch 2.7 and later run an inside-out shuffle over 64-bit draws, which needs all
 * {@code size} draws; older versions keep the forward shuffle ({@link
 * EntryRule.Algorithm#TORCH_RANDPERM_LEGACY}).
 */
public final class TorchRandperm {
  /** From this size on PyTorch 2.7 and later draw differently: (2^32 - 1) / 20. */
  public static final long THRESHOLD = 214_748_364L;

  private static final int MAX_PREFIX = 1 << 28;

  private TorchRandperm() {}

  /**
   * Returns the first {@code count} values of the permutation of {@code 0 .. size - 1}.
   *
   * @param size length of the whole permutation, at least 1
   * @param count how many values are wanted, 0 to {@code size}
   * @param seed seed of the generator; PyTorch uses its low 32 bits
   * @param algorithm which generation of PyTorch to follow
   * @return the values in drawing order
   */
  public static long[] prefix(long size, int count, long seed, EntryRule.Algorithm algorithm) {
    if (size < 1) {
      throw new IllegalArgumentException("permutation size expected >= 1 but found " + size);
    }
    long most = Math.min(size, MAX_PREFIX);
    if (count < 0 || count > most) {
      throw new IllegalArgumentException(
          "permutation prefix expected 0 to " + most + " values but found " + count);
    }
    Mt19937 random = new Mt19937(seed);
    if (size >= THRESHOLD && algorithm == EntryRule.Algorithm.TORCH_RANDPERM) {
      return insideOut(size, count, random);
    }
    return count > size / 16 && size <= MAX_PREFIX
        ? forwardDense((int) size, count, random)
        : forwardSparse(size, count, random);
  }

  private static long[] forwardDense(int size, int count, Mt19937 random) {
    int[] values = new int[size];
    for (int i = 0; i < size; i++) {
      values[i] = i;
    }
    long[] prefix = new long[count];
    for (int i = 0; i < count; i++) {
      if (i < size - 1) { // the last position is what is left: PyTorch draws nothing for it
        int j = i + (int) (random.nextUnsigned() % (size - i));
        int drawn = values[j];
        values[j] = values[i];
        values[i] = drawn;
      }
      prefix[i] = values[i];
    }
    return prefix;
  }

  /** Keeps only the displaced values, so that memory and time do not depend on {@code size}. */
  private static long[] forwardSparse(long size, int count, Mt19937 random) {
    Displaced displaced = new Displaced(count);
    long[] prefix = new long[count];
    for (int i = 0; i < count; i++) {
      long here = displaced.get(i);
      if (i == size - 1) {
        prefix[i] = here;
        break;
      }
      long j = i + random.nextUnsigned() % (size - i);
      prefix[i] = displaced.get(j);
      displaced.put(j, here);
    }
    return prefix;
  }

  /** Positions from {@code count} on are never read again, so only the prefix is kept. */
  private static long[] insideOut(long size, int count, Mt19937 random) {
    long[] prefix = new long[count];
    for (long i = 0; i < size; i++) {
      long z = Long.remainderUnsigned(random.nextLong(), i + 1);
      if (i < count) {
        prefix[(int) i] = prefix[(int) z];
      }
      if (z < count) {
        prefix[(int) z] = i;
      }
    }
    return prefix;
  }

  /** An open-addressing map of positions to values; a position not in it holds itself. */
  private static final class Displaced {
    private final long[] keys;
    private final long[] values;

    Displaced(int expected) {
      int capacity = Integer.highestOneBit(Math.max(expected, 4)) * 4;
      keys = new long[capacity];
      values = new long[capacity];
      Arrays.fill(keys, -1);
    }

    long get(long key) {
      int slot = slot(key);
      return keys[slot] == key ? values[slot] : key;
    }

    void put(long key, long value) {
      int slot = slot(key);
      keys[slot] = key;
      values[slot] = value;
    }

    private int slot(long key) {
      int mask = keys.length - 1;
      int slot = (int) ((key * 0x9e3779b97f4a7c15L) >>> 32) & mask;
      while (keys[slot] != key && keys[slot] != -1) {
        slot = slot + 1 & mask;
      }
      return slot;
    }
  }
}
