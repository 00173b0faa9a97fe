package io.fourierft.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.fourierft.importer.weights.ModelFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What {@code tokenizer_config.json}, {@code special_tokens_map.json} and {@code config.json} say
 * about a tokenizer; absent files say nothing. Immutable.
 */
public final class TokenizerSettings {
  private static final int LARGEST = 16 << 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final JsonNode settings;
  private final JsonNode tokens;
  private final JsonNode model;

  private TokenizerSettings(JsonNode settings, JsonNode tokens, JsonNode model) {
    this.settings = settings;
    this.tokens = tokens;
    this.model = model;
  }

  /**
   * Reads a directory's settings.
   *
   * @param directory a model directory
   * @return its settings, empty ones if it has none of the files
   * @throws IOException if a file is there and no JSON object
   */
  public static TokenizerSettings read(Path directory) throws IOException {
    return new TokenizerSettings(
        object(directory.resolve("tokenizer_config.json")),
        object(directory.resolve("special_tokens_map.json")),
        object(directory.resolve("config.json")));
  }

  private static JsonNode object(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return JSON.createObjectNode();
    }
    try (InputStream stream = Files.newInputStream(file)) {
      byte[] bytes = stream.readNBytes(LARGEST + 1);
      JsonNode node = bytes.length > LARGEST ? JSON.nullNode() : JSON.readTree(bytes);
      if (node == null || !node.isObject()) {
        throw new ModelFormatException(
            file.getFileName()
                + " expected a JSON object of at most "
                + LARGEST
                + " bytes but found something else ("
                + file
                + ")");
      }
      return node;
    } catch (JsonProcessingException e) {
      throw new ModelFormatException(
          file.getFileName()
              + " expected a JSON object but found "
              + e.getOriginalMessage().lines().findFirst().orElse("something else")
              + " ("
              + file
              + ")",
          e);
    }
  }

  /**
   * A special token.
   *
   * @param role such as {@code bos_token}
   * @return its text, empty if the files name none
   */
  public Optional<String> token(String role) {
    for (JsonNode source : List.of(settings, tokens)) {
      JsonNode node = source.path(role);
      JsonNode content = node.isObject() ? node.path("content") : node;
      if (content.isTextual()) {
        return Optional.of(content.textValue());
      }
    }
    return Optional.empty();
  }

  /**
   * How a special token is found in texts, as far as the files say; a missing node if they do not.
   */
  JsonNode form(String token) {
    for (JsonNode source : List.of(settings, settings.path("added_tokens_decoder"), tokens)) {
      for (JsonNode node : source) {
        if (node.path("content").asText().equals(token)) {
          return node;
        }
      }
    }
    return MissingNode.getInstance();
  }

  /** The tokens that {@code added_tokens_decoder} puts behind a vocabulary, by id. */
  SortedMap<Integer, JsonNode> behind(Set<String> vocabulary) {
    SortedMap<Integer, JsonNode> behind = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : settings.path("added_tokens_decoder").properties()) {
      JsonNode token = entry.getValue();
      boolean id = entry.getKey().matches("[0-9]{1,9}");
      if (id && token.isObject() && !vocabulary.contains(token.path("content").asText())) {
        behind.put(Integer.valueOf(entry.getKey()), token);
      }
    }
    return behind;
  }

  /**
   * The chat template of the model, as Jinja text.
   *
   * @return the template, the one named {@code default} of several; empty if there is none
   */
  public Optional<String> chatTemplate() {
    JsonNode node = settings.path("chat_template");
    if (node.isArray()) {
      for (JsonNode each : node) {
        if (each.path("name").asText().equals("default")) {
          return Optional.ofNullable(each.path("template").textValue());
        }
      }
    }
    return Optional.ofNullable(node.textValue());
  }

  /**
   * The model's {@code model_type}, or what the tokenizer's class is named after.
   *
   * @return such as {@code roberta}; empty if the files do not say
   */
  public String modelType() {
    String type = model.path("model_type").asText("");
    String tokenizer = settings.path("tokenizer_class").asText("").replace("Fast", "");
    return type.isEmpty() ? tokenizer.replace("Tokenizer", "").toLowerCase(Locale.ROOT) : type;
  }

  /**
   * Whether the model wants to know which of two texts a token is of: BERT's do, and what says
   * nothing of itself is taken for one.
   *
   * @return true if a batch has {@code token_type_ids}
   */
  public boolean hasTokenTypes() {
    String name = tokenizerClass();
    return name.isEmpty()
        ? modelType().isEmpty() || modelType().equals("bert")
        : name.equals("BertTokenizer");
  }

  /** The tokenizer's class in transformers, without {@code Fast}; empty if the files name none. */
  String tokenizerClass() {
    String own = settings.path("tokenizer_class").asText("");
    String name = own.isEmpty() ? model.path("tokenizer_class").asText("") : own;
    return name.endsWith("Fast") ? name.substring(0, name.length() - "Fast".length()) : name;
  }

  /** A truth value of tokenizer_config.json. */
  boolean flag(String key, boolean fallback) {
    JsonNode node = settings.path(key);
    return node.isBoolean() ? node.booleanValue() : fallback;
  }

  /** Whether tokenizer_config.json has a value for a key. */
  boolean has(String key) {
    return settings.hasNonNull(key);
  }
}
