package io.fourierft.samples.classify;

import io.fourierft.engine.DirectModel;
import io.fourierft.text.Encoded;
import io.fourierft.text.Padding;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Runs a model over many texts: texts of about one length share a batch. */
public final class Batches {
  /** Most texts of a batch. */
  private static final int ROWS = 64;

  /** Most tokens of a batch, padding included: long texts share it with few others. */
  private static final int TOKENS = 2048;

  private Batches() {}

  /**
   * Computes the model's answer to each text.
   *
   * @param model the model
   * @param texts the texts
   * @param paddingId id that fills the shorter rows
   * @return {@code [text][width]}, in the order of the texts
   */
  public static float[][] outputs(DirectModel model, List<Encoded> texts, int paddingId) {
    // Longest first: the buffers that the first batch takes serve the shorter ones.
    List<Integer> order =
        IntStream.range(0, texts.size())
            .boxed()
            .sorted(Comparator.comparingInt((Integer i) -> texts.get(i).length()).reversed())
            .toList();
    float[][] outputs = new float[texts.size()][];
    int start = 0;
    while (start < order.size()) {
      int width = texts.get(order.get(start)).length();
      int rows = Math.max(1, Math.min(ROWS, TOKENS / width));
      List<Integer> batch = order.subList(start, Math.min(start + rows, order.size()));
      run(model, texts, batch, paddingId, outputs);
      start += batch.size();
    }
    return outputs;
  }

  private static void run(
      DirectModel model,
      List<Encoded> texts,
      List<Integer> batch,
      int paddingId,
      float[][] outputs) {
    List<Encoded> rows = batch.stream().map(texts::get).toList();
    INDArray output = model.forward(Padding.RIGHT.batch(rows, paddingId)); // [rows, width]
    float[][] values = output.toFloatMatrix();
    for (int i = 0; i < values.length; i++) {
      outputs[batch.get(i)] = values[i];
    }
  }
}
