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
 * @param patchSize rows and columns of a patch
 * @param hiddenSize width of the hidden states
 * @param layers number of layers
 * @param heads attention heads per layer; they divide the hidden size
 * @param intermediateSize width of the feed-forward layers
 * @param activation non-linearity of the feed-forward layers
 * @param layerNormEps added to the variance in layer normalisation
 * @param queryKeyValueBias whether query, key and value have biases
 */
public record VitConfig(
    int channels,
    int imageHeight,
    int imageWidth,
    int patchSize,
    int hiddenSize,
    int layers,
    int heads,
    int intermediateSize,
    Activation activation,
    double layerNormEps,
    boolean queryKeyValueBias)
    implements ModelConfig {

  /** Hugging Face's {@code model_type}. */
  public static final String MODEL_TYPE = "vit";

  /**
   * Reads a config.json.
   *
   * @param file the file
   * @return the configuration
   * @throws ModelFormatException if a size is missing or does not fit the others
   */
  public static VitConfig of(ConfigFile file) throws ModelFormatException {
    int hidden = file.size("hidden_size");
    int heads = file.size("num_attention_heads");
    require(hidden % heads == 0, "num_attention_heads", "a divisor of " + hidden, heads, file);
    int[] image = file.pair("image_size", 224);
    int[] patch = file.pair("patch_size", 16);
    require(patch[0] == patch[1], "patch_size", "a square", patch[0] + " x " + patch[1], file);
    boolean whole = image[0] % patch[0] == 0 && image[1] % patch[0] == 0;
    String sides = image[0] + " x " + image[1];
    require(whole, "image_size", "multiples of patch_size " + patch[0], sides, file);
    long patches = (long) (image[0] / patch[0]) * (image[1] / patch[0]);
    require(patches < 1 << 24, "image_size", "fewer than 2^24 patches", sides, file);
    return new VitConfig(
        file.sizeOr(3, "num_channels"),
        image[0],
        image[1],
        patch[0],
        hidden,
        file.layers("num_hidden_layers"),
        heads,
        file.size("intermediate_size"),
        Activations.named(file.text("hidden_act", "gelu"), "hidden_act, " + file.origin()),
        file.positive(1e-12, "layer_norm_eps"),
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
    return new Patches(module, channels, height, width, patchSize);
  }

  /**
   * Rows of the position table: the class token and one per patch.
   *
   * @return the number
   */
  public int positions() {
    return Math.addExact(1, Math.multiplyExact(imageHeight / patchSize, imageWidth / patchSize));
  }

  /**
   * The attention of each layer.
   *
   * @return its shape
   */
  public Attention attention() {
    return Attention.bidirectional(heads, hiddenSize / heads);
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
    sizes.put("patch_size", (long) patchSize);
    sizes.put("hidden_size", (long) hiddenSize);
    sizes.put("num_hidden_layers", (long) layers);
    sizes.put("num_attention_heads", (long) heads);
    sizes.put("intermediate_size", (long) intermediateSize);
    return Collections.unmodifiableMap(sizes);
  }
}
