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
   * Emits a network. The graph checks nothing, as its operations do not: token ids outside the
   * vocabulary and sequences longer than the model's positions read what is not theirs. Check them
   * before, against the model's configuration; {@link DirectModel} does.
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
   * The values of a graph's placeholders for a batch. What the graph has no placeholder for, such
   * as a decoder's token types, is left out.
   *
   * @param graph a graph of {@link #graph}
   * @param inputs the batch
   * @return name to array; the caller closes them
   */
  public static Map<String, INDArray> placeholders(SameDiff graph, Inputs inputs) {
    Map<String, INDArray> values = new LinkedHashMap<>();
    if (inputs.sequence() == 0) {
      int[] image = inputs.pixelShape();
      long[] shape = {inputs.batch(), image[0], image[1], image[2]};
      values.put(PIXEL_VALUES, Nd4j.createFromArray(inputs.pixels()).reshape(shape));
      return values;
    }
    Map<String, int[]> tokens = new LinkedHashMap<>();
    tokens.put(INPUT_IDS, inputs.tokenIds());
    tokens.put(ATTENTION_MASK, inputs.mask());
    tokens.put(TOKEN_TYPE_IDS, inputs.tokenTypes());
    long[] shape = {inputs.batch(), inputs.sequence()};
    tokens.forEach(
        (name, value) -> {
          if (graph.hasVariable(name)) {
            values.put(name, Nd4j.createFromArray(value).reshape(shape));
          }
        });
    return values;
  }
}
