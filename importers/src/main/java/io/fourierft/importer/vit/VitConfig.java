package io.fourierft.importer.vit;

import io.fourierft.engine.Activation;
import io.fourierft.engine.Attention;
import io.fourierft.engine.Patches;
import io.fourierft.importer.Activations;
import io.fourierft.importer.ConfigFile;
import io.fourierft.importer.ModelConfig;
import io.fourierft.importer.weights.ModelFormatException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Sizes and options of a ViT encoder.
 *
 * @param channels channels of the images
 * @param imageHeight rows of pixels that the position table is made for
 * @param imageWidth columns of pixels that the position table is made for
 * @param patchHeight rows of a patch
 * @param patchWidth columns of a patch
 * @param hiddenSize width of the hidden states
 * @param layers number of layers
 * @param heads attention heads per layer
 * @param headSize width of one head
 * @param intermediateSize width of the feed-forward layers
 * @param activation non-linearity of the feed-forward layers
 * @param layerNormEps added to the variance in layer normalisation
 * @param queryKeyValueBias whether query, key and value have biases
 */
public record VitConfig(
    int channels,
    int imageHeight,
    int imageWidth,
    int patchHeight,
    int patchWidth,
    int hiddenSize,
    int layers,
    int heads,
    int headSize,
    int intermediateSize,
    Activation activation,
    double layerNormEps,
    boolean queryKeyValueBias)
    implements ModelConfig {

  /** Hugging Face's {@code model_type}. */
  public static final String MODEL_TYPE = "vit";

  /**
   * Reads a config.json. A size that it lacks is that of transformers' own configuration.
   *
   * @param file the file
   * @return the configuration
   * @throws ModelFormatException if a size does not fit the others
   */
  public static VitConfig of(ConfigFile file) throws ModelFormatException {
    int hidden = file.sizeOr(768, "hidden_size");
    int heads = file.sizeOr(12, "num_attention_heads");
    require(heads <= hidden, "num_attention_heads", "at most " + hidden, heads, file);
    int headSize = file.sizeOr(Math.max(hidden / heads, 1), "head_dim");
    boolean fits = (long) heads * headSize < 1 << 24;
    require(fits, "head_dim", "fewer than 2^24 numbers in " + heads + " heads", headSize, file);
    int[] image = file.pair("image_size", 224);
    int[] patch = file.pair("patch_size", 16);
    String sides = image[0] + " x " + image[1];
    boolean holds = image[0] >= patch[0] && image[1] >= patch[1];
    String least = "at least patch_size " + patch[0] + " x " + patch[1];
    require(holds, "image_size", least, sides, file);
    long patches = (long) (image[0] / patch[0]) * (image[1] / patch[1]);
    require(patches < 1 << 24, "image_size", "fewer than 2^24 patches", sides, file);
    return new VitConfig(
        file.sizeOr(3, "num_channels"),
        image[0],
        image[1],
        patch[0],
        patch[1],
        hidden,
        file.layersOr(12, "num_hidden_layers"),
        heads,
        headSize,
        file.sizeOr(3072, "intermediate_size"),
        Activations.named(file.text("hidden_act", "gelu"), "hidden_act, " + file.origin()),
        file.notNegative(1e-12, "layer_norm_eps"),
        file.flag("qkv_bias", true));
  }

  private static void require(
      boolean holds, String key, String expected, Object found, ConfigFile file)
      throws ModelFormatException {
    if (!holds) {
      throw new ModelFormatException(
          key + " expected " + expected + " but found " + found + " (" + file.origin() + ")");
    }
  }

  /**
   * The patches of an image.
   *
   * @param module path of their projection
   * @param height rows of pixels
   * @param width columns of pixels
   * @return their shape
   */
  public Patches patches(String module, int height, int width) {
    return new Patches(module, channels, height, width, patchHeight, patchWidth);
  }

  /**
   * Rows of the position table: the class token and one per patch.
   *
   * @return the number
   */
  public int positions() {
    return Math.addExact(1, Math.multiplyExact(imageHeight / patchHeight, imageWidth / patchWidth));
  }

  /**
   * The attention of each layer.
   *
   * @return its shape
   */
  public Attention attention() {
    return Attention.bidirectional(heads, headSize);
  }

  @Override
  public String modelType() {
    return MODEL_TYPE;
  }

  @Override
  public int maxTokens() {
    return positions();
  }

  @Override
  public Map<String, Long> sizes() {
    Map<String, Long> sizes = new LinkedHashMap<>();
    sizes.put("num_channels", (long) channels);
    sizes.put("image_height", (long) imageHeight);
    sizes.put("image_width", (long) imageWidth);
    if (patchHeight == patchWidth) {
      sizes.put("patch_size", (long) patchHeight);
    } else {
      sizes.put("patch_height", (long) patchHeight);
      sizes.put("patch_width", (long) patchWidth);
    }
    sizes.put("hidden_size", (long) hiddenSize);
    sizes.put("num_hidden_layers", (long) layers);
    sizes.put("num_attention_heads", (long) heads);
    if (heads * headSize != hiddenSize) {
      sizes.put("head_dim", (long) headSize);
    }
    sizes.put("intermediate_size", (long) intermediateSize);
    return Collections.unmodifiableMap(sizes);
  }
}
