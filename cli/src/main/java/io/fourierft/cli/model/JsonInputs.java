package io.fourierft.cli.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.IntNode;
import io.fourierft.engine.Inputs;
import io.fourierft.importer.ModelConfig;
import io.fourierft.importer.bert.BertConfig;
import io.fourierft.importer.gpt2.Gpt2Config;
import io.fourierft.importer.vit.VitConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Set;
import java.util.TreeSet;

/**
 * A batch as JSON: an object with {@code input_ids} and, if wanted, {@code attention_mask} and
 * {@code token_type_ids}, each a list of rows of integers; or with {@code pixel_values}, {@code
 * [batch][channel][row][column]} of numbers, and {@code interpolate_pos_encoding}, true if the
 * images may be of another size than the model's.
 */
public final class JsonInputs {
  private static final int LARGEST = 512 << 20;
  private static final String MASK = "attention_mask";
  private static final String INTERPOLATE = "interpolate_pos_encoding";
  private static final Set<String> FIELDS =
      new TreeSet<>(Set.of("input_ids", MASK, "token_type_ids", "pixel_values", INTERPOLATE));
  private static final ObjectMapper JSON = new ObjectMapper();

  private final JsonNode root;
  private final String origin;
  private final int length;

  private JsonInputs(JsonNode root, String origin, int length) {
    this.root = root;
    this.origin = origin;
    this.length = length;
  }

  /**
   * Reads a file.
   *
   * @param file the JSON
   * @param model the model that the batch is for
   * @return the batch
   * @throws IOException if it cannot be read, is no such batch or not one for this model
   */
  public static Inputs read(Path file, ModelConfig model) throws IOException {
    try (InputStream stream = Files.newInputStream(file)) {
      byte[] bytes = stream.readNBytes(LARGEST + 1);
      if (bytes.length > LARGEST) {
        throw new IOException(
            "input expected at most " + LARGEST + " bytes but found more (" + file + ")");
      }
      JsonNode root = JSON.readTree(bytes);
      return new JsonInputs(root, file.toString(), bytes.length).inputs(model);
    } catch (JsonProcessingException e) {
      throw new IOException(
          "input expected a JSON object but found "
              + e.getOriginalMessage().lines().findFirst().orElse("something else")
              + " ("
              + file
              + ", line "
              + (e.getLocation() == null ? 1 : e.getLocation().getLineNr())
              + ")",
          e);
    }
  }

  private Inputs inputs(ModelConfig model) throws IOException {
    if (!root.isObject()) {
      throw wrong("input", "a JSON object", root.isMissingNode() ? "nothing" : kind(root));
    }
    Iterator<String> names = root.fieldNames();
    while (names.hasNext()) {
      String name = names.next();
      if (!FIELDS.contains(name)) {
        throw wrong("input field", "one of " + FIELDS, name);
      }
    }
    boolean images = root.has("pixel_values");
    if (images == root.has("input_ids")) {
      throw wrong("input", "either input_ids or pixel_values", images ? "both" : "neither");
    }
    boolean wanted = model instanceof VitConfig;
    if (images != wanted) {
      throw wrong(
          "input",
          (wanted ? "pixel_values" : "input_ids") + " for a model of the type " + model.modelType(),
          images ? "pixel_values" : "input_ids");
    }
    if (model instanceof Gpt2Config && root.has("token_type_ids")) {
      throw wrong(
          "input of GPT-2",
          "no token_type_ids, which transformers adds up with the tokens themselves,",
          "some: leave the field out");
    }
    try {
      return model instanceof VitConfig vit ? images(vit) : tokens(model);
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage() + " (" + origin + ")", e);
    }
  }

  private Inputs tokens(ModelConfig model) throws IOException {
    int[][] ids = rows("input_ids");
    for (int[] row : ids) {
      int positions = model instanceof BertConfig bert ? bert.positionsOf(row) : row.length;
      if (positions > model.maxTokens()) {
        throw wrong(
            "input_ids",
            "rows of at most " + model.maxTokens() + " tokens, the model's positions,",
            positions + ": shorten the text");
      }
    }
    int[][] mask = new int[ids.length][];
    for (int i = 0; i < ids.length; i++) {
      mask[i] = new int[ids[i].length];
      Arrays.fill(mask[i], 1);
    }
    mask = root.has(MASK) ? rows(MASK) : mask;
    return root.has("token_type_ids")
        ? Inputs.tokens(ids, mask, rows("token_type_ids"))
        : Inputs.tokens(ids, mask);
  }

  private int[][] rows(String name) throws IOException {
    JsonNode node = list(name, root.get(name));
    int[][] rows = new int[node.size()][];
    for (int i = 0; i < rows.length; i++) {
      JsonNode row = list(name + "[" + i + "]", node.get(i));
      rows[i] = new int[row.size()];
      for (int j = 0; j < row.size(); j++) {
        JsonNode value = name.equals(MASK) ? whole(row.get(j)) : row.get(j);
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
          throw wrong(name + "[" + i + "][" + j + "]", "an integer", kind(value));
        }
        rows[i][j] = value.intValue();
      }
    }
    return rows;
  }

  /** A mask may be of truth values or of floats, as tensors are. */
  private static JsonNode whole(JsonNode value) {
    boolean one = value.isBoolean() ? value.booleanValue() : value.doubleValue() == 1;
    boolean zero = value.isBoolean() ? !one : value.isNumber() && value.doubleValue() == 0;
    return one || zero ? IntNode.valueOf(one ? 1 : 0) : value;
  }

  private Inputs images(VitConfig model) throws IOException {
    int[] shape = new int[4];
    JsonNode node = root.get("pixel_values");
    for (int axis = 0; axis < 4; axis++) {
      node = list("pixel_values, axis " + axis, node);
      shape[axis] = node.size();
      node = node.path(0);
    }
    double numbers = (double) shape[0] * shape[1] * shape[2] * shape[3];
    if (numbers > length) { // each takes a character
      throw wrong("pixel_values", "lists of one shape", "lists of different lengths");
    }
    float[] pixels = new float[(int) numbers];
    fill(root.get("pixel_values"), "pixel_values", shape, 0, pixels, 0);
    requireSize(shape, model);
    return Inputs.images(pixels, shape[0], shape[1], shape[2], shape[3]);
  }

  private void requireSize(int[] shape, VitConfig model) throws IOException {
    if (shape[1] != model.channels()) {
      throw wrong("pixel_values", "images of " + model.channels() + " channels", "" + shape[1]);
    }
    boolean same = shape[2] == model.imageHeight() && shape[3] == model.imageWidth();
    if (!same && !interpolates()) {
      throw wrong(
          "pixel_values",
          "images of " + model.imageHeight() + " x " + model.imageWidth(),
          shape[2] + " x " + shape[3] + ": resize them, or set " + INTERPOLATE + " to true");
    }
  }

  private boolean interpolates() throws IOException {
    JsonNode node = root.path(INTERPOLATE);
    if (!node.isMissingNode() && !node.isNull() && !node.isBoolean()) {
      throw wrong(INTERPOLATE, "true or false", kind(node));
    }
    return node.asBoolean();
  }

  private int fill(JsonNode node, String name, int[] shape, int axis, float[] pixels, int from)
      throws IOException {
    if (axis == shape.length) {
      if (!node.isNumber()) {
        throw wrong(name, "a number", kind(node));
      }
      pixels[from] = node.floatValue();
      return from + 1;
    }
    if (list(name, node).size() != shape[axis]) {
      throw wrong(name, "a list of " + shape[axis], Integer.toString(node.size()));
    }
    int at = from;
    for (int i = 0; i < shape[axis]; i++) {
      at = fill(node.get(i), name + "[" + i + "]", shape, axis + 1, pixels, at);
    }
    return at;
  }

  private JsonNode list(String name, JsonNode node) throws IOException {
    if (!node.isArray() || node.isEmpty()) {
      throw wrong(name, "a list that is not empty", kind(node));
    }
    return node;
  }

  private static String kind(JsonNode node) {
    if (node.isArray() || node.isObject()) {
      return node.isEmpty() ? "an empty one" : node.isArray() ? "a list" : "an object";
    }
    String text = node.toString();
    return text.length() > 40 ? text.substring(0, 40) + "..." : text;
  }

  private IOException wrong(String what, String expected, String found) {
    return new IOException(
        what + " expected " + expected + " but found " + found + " (" + origin + ")");
  }
}
