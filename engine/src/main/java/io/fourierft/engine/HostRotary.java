package io.fourierft.engine;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The rotary embedding in Java, for single precision in host memory: one trip over the matrix where
 * stock operations make six broadcasts.
 */
final class HostRotary {
  private final int half;
  private final float[] cosine; // [tokens * half]
  private final float[] sine; // [tokens * half]

  private HostRotary(int half, float[] cosine, float[] sine) {
    this.half = half;
    this.cosine = cosine;
    this.sine = sine;
  }

  /** The turns of tokens at these positions. */
  static HostRotary of(Rotary rotary, int[] positions) {
    double[] frequencies = rotary.frequencies(Arrays.stream(positions).max().orElse(0) + 1);
    int half = frequencies.length;
    float[] cosine = new float[Math.multiplyExact(positions.length, half)];
    float[] sine = new float[cosine.length];
    for (int t = 0; t < positions.length; t++) {
      for (int i = 0; i < half; i++) {
        float angle = positions[t] * (float) frequencies[i]; // as transformers has it
        cosine[t * half + i] = (float) (rotary.attentionFactor() * Math.cos(angle));
        sine[t * half + i] = (float) (rotary.attentionFactor() * Math.sin(angle));
      }
    }
    return new HostRotary(half, cosine, sine);
  }

  /**
   * Turns the heads of each row.
   *
   * @param x {@code [tokens, heads * 2 half]}
   * @param back whether by the opposite angle
   * @param y where the result goes, of the same shape
   */
  void turn(INDArray x, boolean back, INDArray y) {
    int width = (int) x.size(1);
    FloatBuffer in = HostRows.buffer(x);
    FloatBuffer out = HostRows.buffer(y);
    HostRows.run(
        x.size(0),
        width,
        (from, to) -> {
          float[] cells = new float[width];
          float[] turned = new float[width];
          for (int row = from; row < to; row++) {
            in.get(row * width, cells);
            turn(cells, row * half, back ? -1 : 1, turned);
            out.put(row * width, turned);
          }
        });
  }

  private void turn(float[] cells, int at, float sign, float[] turned) {
    for (int head = 0; head < cells.length; head += 2 * half) {
      int second = head + half;
      for (int i = 0; i < half; i++) {
        float s = sign * sine[at + i];
        turned[head + i] = cells[head + i] * cosine[at + i] - cells[second + i] * s;
        turned[second + i] = cells[second + i] * cosine[at + i] + cells[head + i] * s;
      }
    }
  }
}
