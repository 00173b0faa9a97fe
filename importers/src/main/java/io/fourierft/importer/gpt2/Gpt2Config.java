package io.fourierft.importer.gpt2;

import io.fourierft.engine.Activation;
import io.fourierft.engine.Attention;
import io.fourierft.engine.Pooling;
import io.fourierft.importer.Activations;
import io.fourierft.importer.ConfigFile;
import io.fourierft.importer.DecoderHead;
import io.fourierft.importer.ModelConfig;
import io.fourierft.importer.weights.ModelFormatException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Sizes and options of a GPT-2 decoder.
 *
 * @param vocabulary number of token ids
 * @param hiddenSize width of the hidden states
 * @param layers number of layers
 * @param heads attention heads per layer; they divide the hidden size
 * @param intermediateSize width of the feed-forward layers
 * @param activation non-linearity of the feed-forward layers
 * @param positions rows of the position table
 * @param layerNormEps added to the variance in layer normalisation
 * @param scaled whether attention scores are divided by the root of the head size
 * @param scaledByLayer whether they are also divided by the layer's number, from 1
 * @param tied whether the output matrix is the embedding table
 * @param lastToken which token a classifier of sequences reads
 */
public record Gpt2Config(
    int vocabulary,
    int hiddenSize,
    int layers,
    int heads,
    int intermediateSize,
    Activation activation,
    int positions,
    double layerNormEps,
    boolean scaled,
    boolean scaledByLayer,
    boolean tied,
    Pooling lastToken)
    implements ModelConfig {

  /** Hugging Face's {@code model_type}. */
  public static final String MODEL_TYPE = "gpt2";

  public Gpt2Config {
    if (hiddenSize % heads != 0) {
      throw new IllegalArgumentException(
          "n_head expected a divisor of n_embd " + hiddenSize + " but found " + heads);
    }
  }

  /**
   * Reads a config.json, in the spellings of all transformers versions. A size that it lacks is
   * that of transformers' own configuration.
   *
   * @param file the file
   * @return the configuration
   * @throws ModelFormatException if a size does not fit the others
   */
  public static Gpt2Config of(ConfigFile file) throws ModelFormatException {
    int hidden = file.sizeOr(768, "n_embd", "hidden_size");
    int heads = file.sizeOr(12, "n_head", "num_attention_heads");
    if (hidden % heads != 0) {
      throw new ModelFormatException(
          "n_head expected a divisor of n_embd "
              + hidden
              + " but found "
              + heads
              + " ("
              + file.origin()
              + ")");
    }
    return new Gpt2Config(
        file.sizeOr(50257, "vocab_size"),
        hidden,
        file.layersOr(12, "n_layer", "num_hidden_layers"),
        heads,
        file.sizeOr(Math.multiplyExact(4, hidden), "n_inner"),
        Activations.named(
            file.text("activation_function", "gelu_new"), "activation_function, " + file.origin()),
        file.sizeOr(1024, "n_positions", "max_position_embeddings", "n_ctx"),
        file.positive(1e-5, "layer_norm_epsilon", "layer_norm_eps"),
        file.flag("scale_attn_weights", true),
        file.flag("scale_attn_by_inverse_layer_idx", false),
        file.flag("tie_word_embeddings", true),
        DecoderHead.lastToken(file));
  }

  /**
   * The attention of a layer.
   *
   * @param layer its number, from 0
   * @return its shape and scale
   */
  public Attention attention(int layer) {
    int size = hiddenSize / heads;
    double scale = (scaled ? 1 / Math.sqrt(size) : 1) / (scaledByLayer ? layer + 1 : 1);
    return new Attention(heads, heads, size, scale, true);
  }

  @Override
  public String modelType() {
    return MODEL_TYPE;
  }

  @Override
  public int maxTokens() {
    return positions;
  }

  @Override
  public Map<String, Long> sizes() {
    Map<String, Long> sizes = new LinkedHashMap<>();
    sizes.put("vocab_size", (long) vocabulary);
    sizes.put("n_embd", (long) hiddenSize);
    sizes.put("n_layer", (long) layers);
    sizes.put("n_head", (long) heads);
    sizes.put("n_inner", (long) intermediateSize);
    sizes.put("n_positions", (long) positions);
    return Collections.unmodifiableMap(sizes);
  }
}
