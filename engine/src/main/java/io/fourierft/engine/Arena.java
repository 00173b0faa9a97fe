package io.fourierft.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A pool of off-heap buffers that are reused from step to step. Touching fresh memory can cost more
 * than the arithmetic on it, so a step takes its activations and gradients here and gives them
 * back.
 *
 * <p>Arrays have undefined contents when taken. {@link #give} returns one early; {@link #reset}
 * returns all that are out. Not safe for concurrent use.
 */
public final class Arena implements AutoCloseable {
  private static final int SMALLEST = 256;
  private static final int MOST_WASTE = 16;

  private final DataType type;
  private final boolean reuses;
  private final TreeMap<Long, List<Slot>> free = new TreeMap<>();
  private final Map<INDArray, Slot> taken = new IdentityHashMap<>();
  private final Set<Slot> all = new HashSet<>();
  private long capacity;
  private boolean closed;

  private Arena(DataType type, boolean reuses) {
    this.type = type;
    this.reuses = reuses;
  }

  /**
   * An empty pool.
   *
   * @param type element type of every array
   * @return the arena
   */
  public static Arena of(DataType type) {
    return new Arena(type, true);
  }

  /**
   * An arena that reuses nothing: each array is new, full of NaN, and freed when it is given back.
   * Slow; it shows that a result does not depend on what a buffer held before.
   *
   * @param type element type of every array
   * @return the arena
   */
  public static Arena withoutReuse(DataType type) {
    return new Arena(type, false);
  }

  /**
   * Element type of the arrays.
   *
   * @return the type
   */
  public DataType type() {
    return type;
  }

  /**
   * Takes a row-major array with undefined contents.
   *
   * @param shape its shape
   * @return the array; valid until given back or the next reset
   */
  public INDArray take(long... shape) {
    if (closed) {
      throw new IllegalStateException("arena expected to be open but found it closed");
    }
    long length = 1;
    for (long dimension : shape) {
      length = Math.multiplyExact(length, dimension);
    }
    Slot slot = reuses ? slotFor(length) : fresh(length);
    if (!reuses) {
      slot.base.assign(Double.NaN);
    }
    INDArray array = slot.view(length, shape);
    taken.put(array, slot);
    return array;
  }

  /**
   * Gives an array back before the next reset.
   *
   * @param array an array taken from this arena
   */
  public void give(INDArray array) {
    Slot slot = taken.remove(array);
    if (slot == null) {
      throw new IllegalStateException(
          "arena expected one of its own arrays but found a foreign or returned one of shape "
              + Arrays.toString(array.shape()));
    }
    release(slot);
  }

  /** Gives all arrays back that are still out. */
  public void reset() {
    taken.values().forEach(this::release);
    taken.clear();
  }

  /**
   * Size of all buffers, in use or not.
   *
   * @return bytes
   */
  public long bytes() {
    return capacity * type.width();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      all.forEach(slot -> slot.base.close());
      all.clear();
      free.clear();
      taken.clear();
    }
  }

  /**
   * The smallest free buffer that is long enough. If there is none, a shorter one of about the size
   * makes room for a new one: after the longest batch the pool holds what that batch needs, not the
   * sum over all lengths.
   */
  private Slot slotFor(long length) {
    Map.Entry<Long, List<Slot>> fitting = free.ceilingEntry(length);
    if (fitting != null && fitting.getKey() <= MOST_WASTE * Math.max(length, SMALLEST)) {
      return remove(fitting);
    }
    Map.Entry<Long, List<Slot>> shorter = free.lowerEntry(length);
    if (shorter != null && shorter.getKey() >= length / MOST_WASTE) {
      free(remove(shorter));
    }
    return fresh(length);
  }

  private Slot fresh(long length) {
    Slot slot = new Slot(Nd4j.createUninitialized(type, Math.max(length, SMALLEST)));
    all.add(slot);
    capacity += slot.base.length();
    return slot;
  }

  private Slot remove(Map.Entry<Long, List<Slot>> entry) {
    List<Slot> slots = entry.getValue();
    Slot slot = slots.remove(slots.size() - 1);
    if (slots.isEmpty()) {
      free.remove(entry.getKey());
    }
    return slot;
  }

  private void free(Slot slot) {
    capacity -= slot.base.length();
    all.remove(slot);
    slot.base.close();
  }

  private void release(Slot slot) {
    if (reuses) {
      free.computeIfAbsent(slot.base.length(), key -> new ArrayList<>()).add(slot);
    } else {
      free(slot);
    }
  }

  /** A buffer and the shapes it has been seen through: making a view costs more than a small op. */
  private static final class Slot {
    private static final int MOST_VIEWS = 64;
    private final INDArray base;
    private final Map<List<Long>, INDArray> views = new HashMap<>();

    Slot(INDArray base) {
      this.base = base;
    }

    INDArray view(long length, long[] shape) {
      if (views.size() > MOST_VIEWS) {
        views.clear();
      }
      List<Long> key = Arrays.stream(shape).boxed().toList();
      return views.computeIfAbsent(
          key, k -> Nd4j.create(base.data(), shape, strides(shape), 0, 'c'));
    }

    private static long[] strides(long[] shape) {
      long[] strides = new long[shape.length];
      long stride = 1;
      for (int i = shape.length - 1; i >= 0; i--) {
        strides[i] = stride;
        stride *= shape[i];
      }
      return strides;
    }
  }
}
