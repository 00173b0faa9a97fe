package io.fourierft.engine;

import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A network as a SameDiff graph, the form that users receive, save and extend. Parameters keep
 * their Hugging Face names and share their memory with the {@link Parameters} they came from.
 */
public final class SameDiffModel {
  /** Placeholder of the token ids, INT {@code [batch, sequence]}. */
  public static final String INPUT_IDS = "input_ids";

  /** Placeholder of the token types, INT {@code [batch, sequence]}. */
  public static final String TOKEN_TYPE_IDS = "token_type_ids";

  /**
   * Placeholder of the attention mask, INT {@code [batch, sequence]}, 1 for a token, 0 for padding.
   */
  public static final String ATTENTION_MASK = "attention_mask";

  /**
   * Placeholder of the images, in the parameters' type, {@code [batch, channels, height, width]}.
   */
  public static final String PIXEL_VALUES = "pixel_values";

  /** Variable that holds the network's output. */
  public static final String OUTPUT = "output";

  private SameDiffModel() {}

  /**
   * Emits a network.
   *
   * @param network the forward pass
   * @param parameters its parameters, which become constants of the graph
   * @return the graph; its output is {@link #OUTPUT}
   */
  public static SameDiff graph(Network network, Parameters parameters) {
    SameDiff graph = SameDiff.create();
    SDVariable output = network.forward(new SameDiffOps(graph, parameters));
    output.rename(OUTPUT);
    return graph;
  }

  /**
   * The placeholder values of a batch.
   *
   * @param inputs the batch
   * @return name to array; the caller closes them
   */
  public static Map<String, INDArray> placeholders(Inputs inputs) {
    Map<String, INDArray> values = new LinkedHashMap<>();
    if (inputs.sequence() == 0) {
      int[] image = inputs.pixelShape();
      values.put(
          PIXEL_VALUES,
          Nd4j.createFromArray(inputs.pixels())
              .reshape(inputs.batch(), image[0], image[1], image[2]));
      return values;
    }
    long[] shape = {inputs.batch(), inputs.sequence()};
    values.put(INPUT_IDS, Nd4j.createFromArray(inputs.tokenIds()).reshape(shape));
    values.put(ATTENTION_MASK, Nd4j.createFromArray(inputs.mask()).reshape(shape));
    values.put(TOKEN_TYPE_IDS, Nd4j.createFromArray(inputs.tokenTypes()).reshape(shape));
    return values;
  }
}
