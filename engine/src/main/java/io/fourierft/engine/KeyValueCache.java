package io.fourierft.engine;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Keys and values of the tokens a decoder has seen, for each of its attentions, so that each new
 * token costs one step and not the whole sequence again. Off-heap; for one thread at a time.
 */
public final class KeyValueCache implements AutoCloseable {
  private static final int SMALLEST = 32;

  private final int limit;
  private final List<Entry> entries = new ArrayList<>();
  private int length;

  private KeyValueCache(int limit) {
    this.limit = limit;
  }

  /** Keys and values of one attention, each {@code [batch, keyValueHeads, tokens, headSize]}. */
  record Entry(INDArray keys, INDArray values) {}

  /**
   * An empty cache.
   *
   * @param limit most tokens a row may have, the model's number of positions
   * @return the cache
   */
  public static KeyValueCache of(int limit) {
    if (limit <= 0) {
      throw new IllegalArgumentException("cache limit expected at least 1 but found " + limit);
    }
    return new KeyValueCache(limit);
  }

  /**
   * Number of tokens held for each row, padding included.
   *
   * @return the length
   */
  public int length() {
    return length;
  }

  /**
   * Keeps the given rows of the batch, in that order (beam search); a row may come twice.
   *
   * @param rows indices into the batch
   */
  public void select(int... rows) {
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      entries.set(i, new Entry(select(entry.keys(), rows), select(entry.values(), rows)));
    }
  }

  private static INDArray select(INDArray array, int[] rows) {
    INDArray selected =
        Nd4j.createUninitialized(
            array.dataType(), rows.length, array.size(1), array.size(2), array.size(3));
    for (int i = 0; i < rows.length; i++) {
      row(selected, i).assign(row(array, rows[i]));
    }
    array.close();
    return selected;
  }

  private static INDArray row(INDArray array, int index) {
    return array.get(
        NDArrayIndex.point(index), NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.all());
  }

  /** Appends to the entry of one attention and returns views of all its tokens. */
  Entry append(int attention, INDArray keys, INDArray values, int total) {
    if (total > limit) {
      throw new IllegalArgumentException(
          "sequence expected at most " + limit + " tokens but found " + total);
    }
    if (attention == entries.size()) {
      entries.add(new Entry(room(keys, total), room(values, total)));
    }
    Entry entry = entries.get(attention);
    if (entry.keys().size(2) < total) {
      entry = new Entry(grow(entry.keys(), total), grow(entry.values(), total));
      entries.set(attention, entry);
    }
    tokens(entry.keys(), length, total).assign(keys);
    tokens(entry.values(), length, total).assign(values);
    return new Entry(tokens(entry.keys(), 0, total), tokens(entry.values(), 0, total));
  }

  void advance(int total) {
    length = total;
  }

  private INDArray room(INDArray like, int total) {
    long capacity = Math.min(limit, Math.max(SMALLEST, 2L * total));
    return Nd4j.createUninitialized(
        like.dataType(), like.size(0), like.size(1), capacity, like.size(3));
  }

  private INDArray grow(INDArray array, int total) {
    INDArray larger = room(array, total);
    tokens(larger, 0, length).assign(tokens(array, 0, length));
    array.close();
    return larger;
  }

  private static INDArray tokens(INDArray array, int from, int to) {
    return array.get(
        NDArrayIndex.all(),
        NDArrayIndex.all(),
        NDArrayIndex.interval(from, to),
        NDArrayIndex.all());
  }

  @Override
  public void close() {
    for (Entry entry : entries) {
      entry.keys().close();
      entry.values().close();
    }
    entries.clear();
    length = 0;
  }
}
