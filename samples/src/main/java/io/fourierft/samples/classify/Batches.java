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
  private static final int ROWS = 64;

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
    List<Integer> order =
        IntStream.range(0, texts.size())
            .boxed()
            .sorted(Comparator.comparingInt(i -> texts.get(i).length()))
            .toList();
    float[][] outputs = new float[texts.size()][];
    for (int start = 0; start < order.size(); start += ROWS) {
      List<Integer> rows = order.subList(start, Math.min(start + ROWS, order.size()));
      List<Encoded> batch = rows.stream().map(texts::get).toList();
      INDArray output = model.forward(Padding.RIGHT.batch(batch, paddingId)); // [rows, width]
      float[][] values = output.toFloatMatrix();
      for (int i = 0; i < values.length; i++) {
        outputs[rows.get(i)] = values[i];
      }
    }
    return outputs;
  }
}
