package io.fourierft.importer.llama;

import io.fourierft.engine.Activation;
import io.fourierft.engine.Attention;
import io.fourierft.engine.Pooling;
import io.fourierft.engine.Positions;
import io.fourierft.engine.Rotary;
import io.fourierft.importer.Activations;
import io.fourierft.importer.ConfigFile;
import io.fourierft.importer.DecoderHead;
import io.fourierft.importer.ModelConfig;
import io.fourierft.importer.weights.ModelFormatException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Sizes and options of a LLaMA decoder.
 *
 * @param vocabulary number of token ids
 * @param hiddenSize width of the hidden states
 * @param layers number of layers
 * @param heads query heads per layer
 * @param keyValueHeads key and value heads per layer; they divide the query heads
 * @param headSize width of one head, even
 * @param intermediateSize width of the feed-forward layers
 * @param activation non-linearity of the feed-forward layers
 * @param positions {@code max_position_embeddings}; a rotary scaling may reach further
 * @param normEps added to the mean square in normalisation
 * @param rotary frequencies of the position embedding
 * @param attentionBias whether the attention's linear layers have biases
 * @param mlpBias whether the feed-forward network's have
 * @param tied whether the output matrix is the embedding table
 * @param lastToken which token a classifier of sequences reads
 */
public record LlamaConfig(
    int vocabulary,
    int hiddenSize,
    int layers,
    int heads,
    int keyValueHeads,
    int headSize,
    int intermediateSize,
    Activation activation,
    int positions,
    double normEps,
    RotaryScaling rotary,
    boolean attentionBias,
    boolean mlpBias,
    boolean tied,
    Pooling lastToken)
    implements ModelConfig {

  /** Hugging Face's {@code model_type}. */
  public static final String MODEL_TYPE = "llama";

  /**
   * Reads a config.json, in the spellings of all transformers versions. A size that it lacks is
   * that of transformers' own configuration.
   *
   * @param file the file
   * @return the configuration
   * @throws ModelFormatException if a size does not fit the others
   */
  public static LlamaConfig of(ConfigFile file) throws ModelFormatException {
    int hidden = file.sizeOr(4096, "hidden_size");
    int heads = file.sizeOr(32, "num_attention_heads");
    int keyValueHeads = file.sizeOr(heads, "num_key_value_heads");
    int headSize = file.sizeOr(Math.max(hidden / heads, 1), "head_dim");
    if (heads % keyValueHeads != 0 || headSize % 2 != 0) {
      throw new ModelFormatException(
          "attention expected an even head size and key-value heads that divide the heads but found"
              + " size "
              + headSize
              + " and "
              + keyValueHeads
              + " for "
              + heads
              + " heads ("
              + file.origin()
              + ")");
    }
    if ((long) heads * headSize > 1 << 24) {
      throw new ModelFormatException(
          "head_dim times the heads expected at most 2^24 but found "
              + (long) heads * headSize
              + " ("
              + file.origin()
              + ")");
    }
    int positions = file.sizeOr(2048, "max_position_embeddings");
    RotaryScaling rotary = RotaryConfig.of(file, positions);
    if (rotary instanceof RotaryScaling.Dynamic && headSize == 2) {
      throw new ModelFormatException(
          "head_dim expected 4 or more for dynamic rotary scaling but found 2 ("
              + file.origin()
              + ")");
    }
    return new LlamaConfig(
        file.sizeOr(32000, "vocab_size"),
        hidden,
        file.layersOr(32, "num_hidden_layers"),
        heads,
        keyValueHeads,
        headSize,
        file.sizeOr(11008, "intermediate_size"),
        Activations.named(file.text("hidden_act", "silu"), "hidden_act, " + file.origin()),
        positions,
        file.positive(1e-6, "rms_norm_eps"),
        rotary,
        file.flag("attention_bias", false),
        file.flag("mlp_bias", false),
        file.flag("tie_word_embeddings", false),
        DecoderHead.lastToken(file));
  }

  /**
   * The attention of each layer.
   *
   * @return its shape
   */
  public Attention attention() {
    return new Attention(heads, keyValueHeads, headSize, 1 / Math.sqrt(headSize), true);
  }

  /**
   * The position embedding.
   *
   * @param rule how positions are counted
   * @return its frequencies
   */
  public Rotary rotary(Positions rule) {
    return new Rotary(
        headSize,
        rotary.frequencies(headSize),
        rotary.attentionFactor(),
        rule,
        rotary.range(positions));
  }

  @Override
  public String modelType() {
    return MODEL_TYPE;
  }

  @Override
  public int maxTokens() {
    return rotary.range(positions).limit();
  }

  @Override
  public Map<String, Long> sizes() {
    Map<String, Long> sizes = new LinkedHashMap<>();
    sizes.put("vocab_size", (long) vocabulary);
    sizes.put("hidden_size", (long) hiddenSize);
    sizes.put("num_hidden_layers", (long) layers);
    sizes.put("num_attention_heads", (long) heads);
    sizes.put("num_key_value_heads", (long) keyValueHeads);
    sizes.put("head_dim", (long) headSize);
    sizes.put("intermediate_size", (long) intermediateSize);
    return Collections.unmodifiableMap(sizes);
  }
}
