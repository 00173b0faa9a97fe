package io.fourierft.importer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.fourierft.importer.weights.ModelFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A Hugging Face {@code config.json}. A key may have several spellings, newest first; unknown keys
 * are ignored, as transformers does. Immutable.
 */
public final class ConfigFile {
  private static final int LARGEST = 4 << 20;
  private static final int LARGEST_SIZE = 1 << 24; // of any dimension; products fit in 64 bits
  private static final int MOST_LAYERS = 10_000;

  private final String origin;
  private final JsonNode root;

  private ConfigFile(String origin, JsonNode root) {
    this.origin = origin;
    this.root = root;
  }

  /**
   * Reads a file.
   *
   * @param file path of a config.json
   * @return its content
   * @throws IOException if it cannot be read or is no JSON object
   */
  public static ConfigFile read(Path file) throws IOException {
    try (InputStream stream = Files.newInputStream(file)) {
      byte[] bytes = stream.readNBytes(LARGEST + 1);
      if (bytes.length > LARGEST) {
        throw new ModelFormatException(
            "config.json expected at most " + LARGEST + " bytes but found more (" + file + ")");
      }
      return parse(new String(bytes, StandardCharsets.UTF_8), file.toString());
    }
  }

  /**
   * Parses a text.
   *
   * @param json the text
   * @param origin where it comes from, for messages
   * @return its content
   * @throws ModelFormatException if it is no JSON object
   */
  public static ConfigFile parse(String json, String origin) throws ModelFormatException {
    JsonNode root = tree(json, origin);
    if (!root.isObject()) {
      throw new ModelFormatException(
          "config.json expected a JSON object but found "
              + (json.isBlank() ? "nothing" : root.getNodeType())
              + " ("
              + origin
              + ")");
    }
    return new ConfigFile(origin, root);
  }

  private static JsonNode tree(String json, String origin) throws ModelFormatException {
    try {
      return JsonTree.read(json);
    } catch (JsonProcessingException e) {
      throw new ModelFormatException(
          "config.json expected a JSON object but found "
              + e.getOriginalMessage().lines().findFirst().orElse("something else")
              + " ("
              + origin
              + ", line "
              + (e.getLocation() == null ? 1 : e.getLocation().getLineNr())
              + ")",
          e);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a text in memory has no other failure
    }
  }

  /**
   * Where the content comes from.
   *
   * @return the name given
   */
  public String origin() {
    return origin;
  }

  /**
   * An object inside this one.
   *
   * @param keys spellings of its key, the first with a value counts
   * @return its content, empty if it is absent
   * @throws ModelFormatException if it is no object
   */
  public ConfigFile section(String... keys) throws ModelFormatException {
    JsonNode node = find(keys);
    if (!node.isMissingNode() && !node.isObject()) {
      throw wrong(keys[0], "an object", node);
    }
    return new ConfigFile(keys[0] + ", " + origin, node.isObject() ? node : JsonTree.object());
  }

  /**
   * Whether a key is there with a value.
   *
   * @param key its name
   * @return false if it is absent or null
   */
  public boolean has(String key) {
    return root.hasNonNull(key);
  }

  /**
   * A size.
   *
   * @param keys spellings of the key
   * @return its value, at least 1
   * @throws ModelFormatException if it is absent or no positive integer, or larger than any model's
   */
  public int size(String... keys) throws ModelFormatException {
    JsonNode node = required(keys);
    if (!positive(node)) {
      throw wrong(keys[0], "a positive integer", node);
    }
    if (node.intValue() > LARGEST_SIZE) {
      throw wrong(keys[0], "at most " + LARGEST_SIZE, node);
    }
    return node.intValue();
  }

  /**
   * A number of layers.
   *
   * @param keys spellings of the key
   * @return its value, at least 1
   * @throws ModelFormatException if it is absent or no positive integer, or larger than any model's
   */
  public int layers(String... keys) throws ModelFormatException {
    int layers = size(keys);
    if (layers > MOST_LAYERS) {
      throw wrong(keys[0], "at most " + MOST_LAYERS, required(keys));
    }
    return layers;
  }

  /**
   * A number of layers that may be absent.
   *
   * @param fallback what absence means
   * @param keys spellings of the key
   * @return its value, at least 1
   * @throws ModelFormatException if it is no positive integer, or larger than any model's
   */
  public int layersOr(int fallback, String... keys) throws ModelFormatException {
    return find(keys).isMissingNode() ? fallback : layers(keys);
  }

  /**
   * An integer that may be absent.
   *
   * @param key its name
   * @param fallback what absence means
   * @return its value
   * @throws ModelFormatException if it is no integer
   */
  public int integer(String key, int fallback) throws ModelFormatException {
    JsonNode node = root.get(key);
    if (node == null || node.isNull()) {
      return fallback;
    }
    if (!node.canConvertToInt() || !node.isIntegralNumber()) {
      throw wrong(key, "an integer", node);
    }
    return node.intValue();
  }

  /**
   * A size that may be absent.
   *
   * @param fallback what absence means
   * @param keys spellings of the key
   * @return its value, at least 1
   * @throws ModelFormatException if it is no positive integer
   */
  public int sizeOr(int fallback, String... keys) throws ModelFormatException {
    return find(keys).isMissingNode() ? fallback : size(keys);
  }

  /**
   * A height and a width, given as two numbers or as one for both.
   *
   * @param key its name
   * @param fallback what absence means, for both
   * @return height, width, at least 1
   * @throws ModelFormatException if it is neither
   */
  public int[] pair(String key, int fallback) throws ModelFormatException {
    JsonNode node = root.path(key);
    if (!node.isArray()) {
      int both = sizeOr(fallback, key);
      return new int[] {both, both};
    }
    boolean two = node.size() == 2 && positive(node.get(0)) && positive(node.get(1));
    if (!two || Math.max(node.get(0).intValue(), node.get(1).intValue()) > LARGEST_SIZE) {
      throw wrong(key, "one or two positive integers", node);
    }
    return new int[] {node.get(0).intValue(), node.get(1).intValue()};
  }

  private static boolean positive(JsonNode node) {
    return node.canConvertToInt() && node.isIntegralNumber() && node.intValue() > 0;
  }

  /**
   * A positive number that may be absent.
   *
   * @param fallback what absence means
   * @param keys spellings of the key
   * @return its value
   * @throws ModelFormatException if it is no positive number
   */
  public double positive(double fallback, String... keys) throws ModelFormatException {
    JsonNode node = find(keys);
    if (node.isMissingNode()) {
      return fallback;
    }
    if (!node.isNumber() || !(node.doubleValue() > 0) || Double.isInfinite(node.doubleValue())) {
      throw wrong(keys[0], "a positive number", node);
    }
    return node.doubleValue();
  }

  /**
   * A number of at least zero that may be absent.
   *
   * @param fallback what absence means
   * @param key its name
   * @return its value
   * @throws ModelFormatException if it is none
   */
  public double notNegative(double fallback, String key) throws ModelFormatException {
    JsonNode node = find(key);
    if (node.isMissingNode()) {
      return fallback;
    }
    if (!node.isNumber() || !(node.doubleValue() >= 0) || Double.isInfinite(node.doubleValue())) {
      throw wrong(key, "a number of at least 0", node);
    }
    return node.doubleValue();
  }

  /**
   * One number, or a list of them.
   *
   * @param key its name
   * @param fallback what absence means
   * @return the numbers, at least one
   * @throws ModelFormatException if it holds something else
   */
  public List<Double> numbers(String key, double fallback) throws ModelFormatException {
    JsonNode node = find(key);
    if (node.isMissingNode()) {
      return List.of(fallback);
    }
    List<Double> numbers = new ArrayList<>();
    for (JsonNode element : node.isArray() ? node : List.of(node)) {
      if (!element.isNumber() || !Double.isFinite(element.doubleValue())) {
        throw wrong(key, "a number or a list of numbers", node);
      }
      numbers.add(element.doubleValue());
    }
    if (numbers.isEmpty()) {
      throw wrong(key, "a number or a list of numbers", node);
    }
    return List.copyOf(numbers);
  }

  /**
   * Whether a key holds an object.
   *
   * @param key its name
   * @return false if it is absent or something else
   */
  public boolean isObject(String key) {
    return root.path(key).isObject();
  }

  /**
   * Whether a key holds a list.
   *
   * @param key its name
   * @return false if it is absent or something else
   */
  public boolean isList(String key) {
    return root.path(key).isArray();
  }

  /**
   * A text that may be absent.
   *
   * @param key its name
   * @param fallback what absence means
   * @return its value
   * @throws ModelFormatException if it is no text
   */
  public String text(String key, String fallback) throws ModelFormatException {
    JsonNode node = root.get(key);
    if (node == null || node.isNull()) {
      return fallback;
    }
    if (!node.isTextual()) {
      throw wrong(key, "a text", node);
    }
    return node.textValue();
  }

  /**
   * A truth value that may be absent.
   *
   * @param key its name
   * @param fallback what absence means
   * @return its value
   * @throws ModelFormatException if it is no truth value
   */
  public boolean flag(String key, boolean fallback) throws ModelFormatException {
    JsonNode node = root.get(key);
    if (node == null || node.isNull()) {
      return fallback;
    }
    if (!node.isBoolean()) {
      throw wrong(key, "true or false", node);
    }
    return node.booleanValue();
  }

  /**
   * A list of texts that may be absent.
   *
   * @param key its name
   * @return its elements, none if it is absent
   * @throws ModelFormatException if it is no list of texts
   */
  public List<String> texts(String key) throws ModelFormatException {
    JsonNode node = root.get(key);
    if (node == null || node.isNull()) {
      return List.of();
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode element : node) {
      texts.add(element.asText());
    }
    if (!node.isArray()) {
      throw wrong(key, "a list", node);
    }
    return List.copyOf(texts);
  }

  /**
   * Number of labels of a classifier: {@code id2label}'s, or {@code num_labels}, or 2 as in
   * transformers.
   *
   * @return the number
   * @throws ModelFormatException if {@code num_labels} is no positive integer
   */
  public int labels() throws ModelFormatException {
    JsonNode names = root.path("id2label");
    if (names.isObject() && !names.isEmpty()) {
      return names.size();
    }
    if (names.isObject() && !has("num_labels")) {
      throw wrong("id2label", "a label at least, or a model without a head,", names);
    }
    return has("num_labels") ? size("num_labels") : 2;
  }

  /**
   * Names of a classifier's labels.
   *
   * @return the names in the order of their ids; none if the file has none
   * @throws ModelFormatException if the ids are not 0, 1, 2, ...
   */
  public List<String> labelNames() throws ModelFormatException {
    JsonNode names = root.path("id2label");
    List<String> ordered = new ArrayList<>();
    for (int id = 0; id < names.size(); id++) {
      JsonNode name = names.get(Integer.toString(id));
      if (name == null) {
        throw wrong("id2label", "ids 0 to " + (names.size() - 1), names);
      }
      ordered.add(name.asText());
    }
    return List.copyOf(ordered);
  }

  private JsonNode required(String... keys) throws ModelFormatException {
    JsonNode node = find(keys);
    if (node.isMissingNode()) {
      throw new ModelFormatException(
          "config.json expected " + keys[0] + " but found no such key (" + origin + ")");
    }
    return node;
  }

  private JsonNode find(String... keys) {
    for (String key : keys) {
      if (root.hasNonNull(key)) {
        return root.get(key);
      }
    }
    return root.path("");
  }

  private ModelFormatException wrong(String key, String expected, JsonNode found) {
    String text = found.toString();
    return new ModelFormatException(
        key
            + " expected "
            + expected
            + " but found "
            + (text.length() > 100 ? text.substring(0, 100) + "..." : text)
            + " ("
            + origin
            + ")");
  }
}
