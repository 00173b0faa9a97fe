package io.fourierft.generate;

import io.fourierft.engine.DirectModel;
import io.fourierft.engine.Inputs;
import io.fourierft.engine.KeyValueCache;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Rows of tokens that grow together: left-padded prompts, their mask, and the cache behind them.
 */
final class Decoding implements AutoCloseable {
  private final DirectModel model;
  private final KeyValueCache cache;
  private int[] padding; // [rows], hidden tokens at the start of each row

  Decoding(DirectModel model, int positions) {
    this.model = model;
    this.cache = KeyValueCache.of(positions);
  }

  /**
   * Runs the prompts; returns the logits of the token after each one, {@code [rows][vocabulary]}.
   */
  float[][] start(List<int[]> prompts) {
    int width = prompts.stream().mapToInt(prompt -> prompt.length).max().orElseThrow();
    int[][] ids = new int[prompts.size()][width];
    padding = new int[prompts.size()];
    for (int row = 0; row < ids.length; row++) {
      int[] prompt = prompts.get(row);
      padding[row] = width - prompt.length;
      System.arraycopy(prompt, 0, ids[row], padding[row], prompt.length);
    }
    return rows(model.forward(Inputs.tokens(ids, mask(width)), cache));
  }

  /** Appends one token to each row; returns the logits of the next. */
  float[][] next(int[] tokens) {
    int[][] ids = new int[tokens.length][];
    for (int row = 0; row < tokens.length; row++) {
      ids[row] = new int[] {tokens[row]};
    }
    return rows(model.forward(Inputs.continuing(ids, mask(cache.length() + 1)), cache));
  }

  private int[][] mask(int width) {
    int[][] mask = new int[padding.length][width];
    for (int row = 0; row < mask.length; row++) {
      Arrays.fill(mask[row], padding[row], width, 1);
    }
    return mask;
  }

  /** Keeps these rows, in this order. */
  void select(int[] rows) {
    boolean same = rows.length == padding.length;
    for (int i = 0; i < rows.length; i++) {
      same &= rows[i] == i;
    }
    if (!same) {
      cache.select(rows);
      padding = Arrays.stream(rows).map(row -> padding[row]).toArray();
    }
  }

  private static float[][] rows(INDArray logits) {
    int width = (int) logits.size(1);
    float[] flat = new float[Math.multiplyExact((int) logits.size(0), width)];
    if (logits.dataType() == DataType.FLOAT && logits.offset() == 0) {
      logits.data().asNioFloat().get(flat);
    } else {
      flat = logits.ravel().toFloatVector();
    }
    float[][] rows = new float[(int) logits.size(0)][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Arrays.copyOfRange(flat, i * width, (i + 1) * width);
    }
    return rows;
  }

  @Override
  public void close() {
    cache.close();
  }
}
