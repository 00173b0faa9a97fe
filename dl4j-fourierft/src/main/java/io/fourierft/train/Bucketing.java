package io.fourierft.train;

import io.fourierft.engine.Inputs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/**
 * Makes batches of texts of similar length, so that little padding is computed: shuffle, cut into
 * chunks of 50 batches, sort each chunk by length, cut into batches, shuffle these.
 *
 * @param batchSize examples per batch
 * @param paddingId token id that fills short rows
 * @param seed of the shuffles
 */
public record Bucketing(int batchSize, int paddingId, long seed) {
  private static final int CHUNK = 50;

  public Bucketing {
    if (batchSize < 1) {
      throw new IllegalArgumentException("batch size expected 1 or more but found " + batchSize);
    }
  }

  /**
   * The batches of one epoch; the same for the same seed and epoch.
   *
   * @param examples all examples
   * @param epoch its number, from 0
   * @return the batches, in training order
   */
  public List<Batch> epoch(List<Example> examples, int epoch) {
    Random random = new Random(seed * 1_000_003 + epoch);
    List<Example> shuffled = new ArrayList<>(examples);
    Collections.shuffle(shuffled, random);
    List<Batch> batches = new ArrayList<>();
    for (int from = 0; from < shuffled.size(); from += CHUNK * batchSize) {
      int to = Math.min(from + CHUNK * batchSize, shuffled.size());
      batches.addAll(inOrder(shuffled.subList(from, to)));
    }
    Collections.shuffle(batches, random);
    return batches;
  }

  /**
   * Batches sorted by length, for evaluation.
   *
   * @param examples all examples
   * @return the batches, shortest texts first
   */
  public List<Batch> inOrder(List<Example> examples) {
    List<Example> sorted = new ArrayList<>(examples);
    sorted.sort(Comparator.comparingInt(example -> example.ids().length));
    List<Batch> batches = new ArrayList<>();
    for (int from = 0; from < sorted.size(); from += batchSize) {
      batches.add(pad(sorted.subList(from, Math.min(from + batchSize, sorted.size()))));
    }
    return batches;
  }

  private Batch pad(List<Example> examples) {
    int width = examples.stream().mapToInt(example -> example.ids().length).max().orElseThrow();
    int[][] ids = new int[examples.size()][];
    int[][] mask = new int[examples.size()][width];
    int[] labels = new int[examples.size()];
    for (int row = 0; row < ids.length; row++) {
      Example example = examples.get(row);
      int length = example.ids().length;
      ids[row] = Arrays.copyOf(example.ids(), width);
      Arrays.fill(ids[row], length, width, paddingId);
      Arrays.fill(mask[row], 0, length, 1);
      labels[row] = example.label();
    }
    return new Batch(Inputs.tokens(ids, mask), labels);
  }
}
