package io.fourierft.importer.bert;

import io.fourierft.engine.Activation;
import io.fourierft.engine.Attention;
import io.fourierft.engine.Positions;
import io.fourierft.importer.Activations;
import io.fourierft.importer.ConfigFile;
import io.fourierft.importer.ModelConfig;
import io.fourierft.importer.weights.ModelFormatException;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Sizes and options of a BERT or RoBERTa encoder.
 *
 * @param variant which of the two
 * @param vocabulary number of token ids
 * @param hiddenSize width of the hidden states
 * @param layers number of encoder layers
 * @param heads attention heads per layer; they divide the hidden size
 * @param intermediateSize width of the feed-forward layers
 * @param activation non-linearity of the feed-forward layers
 * @param positions rows of the position table
 * @param tokenTypes rows of the token type table
 * @param layerNormEps added to the variance in layer normalisation
 * @param paddingId the padding token's id
 * @param tied whether the language model's output matrix is the word embeddings
 * @param causal whether a token sees only itself and earlier ones: {@code is_decoder}
 */
public record BertConfig(
    Variant variant,
    int vocabulary,
    int hiddenSize,
    int layers,
    int heads,
    int intermediateSize,
    Activation activation,
    int positions,
    int tokenTypes,
    double layerNormEps,
    int paddingId,
    boolean tied,
    boolean causal)
    implements ModelConfig {

  /** The members of the family. */
  public enum Variant {
    /** Positions count from the row's start; the classifier reads the pooler. */
    BERT,
    /** Positions count from the padding id on; the classifier has a dense layer of its own. */
    ROBERTA;

    /**
     * Hugging Face's {@code model_type}.
     *
     * @return {@code bert} or {@code roberta}
     */
    public String modelType() {
      return name().toLowerCase(Locale.ROOT);
    }

    /**
     * What stands in front of the encoder's names in a model with a head.
     *
     * @return {@code bert.} or {@code roberta.}
     */
    public String prefix() {
      return modelType() + ".";
    }
  }

  public BertConfig {
    if (hiddenSize % heads != 0) {
      throw new IllegalArgumentException(
          "num_attention_heads expected a divisor of hidden_size "
              + hiddenSize
              + " but found "
              + heads);
    }
  }

  /**
   * Reads a config.json, in the spellings of all transformers versions. A size that it lacks is
   * that of transformers' own configuration.
   *
   * @param file the file
   * @return the configuration
   * @throws ModelFormatException if it is another architecture, or uses what this one lacks
   */
  public static BertConfig of(ConfigFile file) throws ModelFormatException {
    return of(file, variant(file));
  }

  /**
   * Reads a config.json that does not name its architecture, as old ones don't.
   *
   * @param file the file
   * @param variant which architecture it is
   * @return the configuration
   * @throws ModelFormatException if it uses what the architecture lacks
   */
  public static BertConfig of(ConfigFile file, Variant variant) throws ModelFormatException {
    String positionType = file.text("position_embedding_type", "absolute");
    if (!positionType.equals("absolute")) {
      throw unsupported("position_embedding_type", "absolute", positionType, file);
    }
    boolean roberta = variant == Variant.ROBERTA;
    int hidden = file.sizeOr(768, "hidden_size");
    int heads = file.sizeOr(12, "num_attention_heads");
    if (hidden % heads != 0) {
      throw unsupported(
          "num_attention_heads", "a divisor of hidden_size " + hidden, "" + heads, file);
    }
    return new BertConfig(
        variant,
        file.sizeOr(roberta ? 50265 : 30522, "vocab_size"),
        hidden,
        file.layersOr(12, "num_hidden_layers"),
        heads,
        file.sizeOr(3072, "intermediate_size"),
        Activations.named(file.text("hidden_act", "gelu"), "hidden_act, " + file.origin()),
        file.sizeOr(512, "max_position_embeddings"),
        file.sizeOr(2, "type_vocab_size"),
        file.notNegative(1e-12, "layer_norm_eps"),
        file.integer("pad_token_id", roberta ? 1 : 0),
        file.flag("tie_word_embeddings", true),
        file.flag("is_decoder", false));
  }

  private static Variant variant(ConfigFile file) throws ModelFormatException {
    String architecture = file.texts("architectures").stream().findFirst().orElse("");
    String type = file.text("model_type", "");
    String name = type.isEmpty() ? architecture.toLowerCase(Locale.ROOT) : type;
    for (Variant variant : Variant.values()) {
      boolean named = type.isEmpty() && name.startsWith(variant.modelType() + "for");
      if (name.equals(variant.modelType()) || named || name.equals(variant.modelType() + "model")) {
        return variant;
      }
    }
    throw unsupported("model_type", "bert or roberta", type.isEmpty() ? "none" : type, file);
  }

  private static ModelFormatException unsupported(
      String key, String expected, String found, ConfigFile file) {
    return new ModelFormatException(
        key + " expected " + expected + " but found " + found + " (" + file.origin() + ")");
  }

  /** Rows that RoBERTa's position table needs in front of the first token. */
  private int firstPosition() {
    return variant == Variant.ROBERTA ? paddingId + 1 : 0;
  }

  /**
   * How the encoder counts positions.
   *
   * @return the rule
   */
  public Positions positionRule() {
    return variant == Variant.ROBERTA
        ? new Positions.AfterPadding(paddingId)
        : new Positions.Sequential(0);
  }

  /**
   * The attention of each layer.
   *
   * @return its shape
   */
  public Attention attention() {
    int headSize = hiddenSize / heads;
    return new Attention(heads, heads, headSize, 1 / Math.sqrt(headSize), causal);
  }

  @Override
  public String modelType() {
    return variant.modelType();
  }

  @Override
  public int maxTokens() {
    return positions - firstPosition();
  }

  /**
   * Positions that a row takes, of {@link #maxTokens}: RoBERTa gives padding none of its own.
   *
   * @param ids the row's token ids
   * @return their number, or that of those that are not padding
   */
  public int positionsOf(int[] ids) {
    return variant == Variant.ROBERTA
        ? (int) Arrays.stream(ids).filter(id -> id != paddingId).count()
        : ids.length;
  }

  @Override
  public Map<String, Long> sizes() {
    Map<String, Long> sizes = new LinkedHashMap<>();
    sizes.put("vocab_size", (long) vocabulary);
    sizes.put("hidden_size", (long) hiddenSize);
    sizes.put("num_hidden_layers", (long) layers);
    sizes.put("num_attention_heads", (long) heads);
    sizes.put("intermediate_size", (long) intermediateSize);
    sizes.put("max_position_embeddings", (long) positions);
    sizes.put("type_vocab_size", (long) tokenTypes);
    return Collections.unmodifiableMap(sizes);
  }
}
