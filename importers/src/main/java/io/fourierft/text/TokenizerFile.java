package io.fourierft.text;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fourierft.importer.weights.ModelFormatException;
import io.fourierft.io.FileKind;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;

/**
 * The bytes of a tokenizer.json and what is wanted of it on the Java side.
 *
 * @param bytes the whole file
 * @param paddingId id of its padding token, 0 if it has none
 */
record TokenizerFile(byte[] bytes, int paddingId) {
  private static final int LARGEST = 128 << 20;
  private static final Set<String> PADDING = Set.of("[PAD]", "<pad>", "<|pad|>", "<PAD>");
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Reads and checks a file.
   *
   * @param stream its bytes
   * @param origin its name, for messages
   * @return the file
   * @throws IOException if it is no JSON object with a model
   */
  static TokenizerFile read(InputStream stream, String origin) throws IOException {
    byte[] bytes = stream.readNBytes(LARGEST + 1);
    if (bytes.length > LARGEST) {
      throw new ModelFormatException(
          "tokenizer.json expected at most " + LARGEST + " bytes but found more (" + origin + ")");
    }
    byte[] start = Arrays.copyOf(bytes, Math.min(bytes.length, FileKind.START));
    if (!new String(start, StandardCharsets.ISO_8859_1).stripLeading().startsWith("{")) {
      throw new ModelFormatException(
          "tokenizer.json expected a JSON object but found "
              + FileKind.of(start)
              + " ("
              + origin
              + ")");
    }
    try (JsonParser parser = JSON.createParser(bytes)) {
      return new TokenizerFile(bytes, paddingId(parser, origin));
    } catch (CharConversionException e) {
      throw new ModelFormatException(
          "tokenizer.json expected UTF-8 but found something else (" + origin + ")", e);
    } catch (JsonProcessingException e) {
      throw new ModelFormatException(
          "tokenizer.json expected a whole JSON object but found "
              + e.getOriginalMessage().lines().findFirst().orElse("something else")
              + " ("
              + origin
              + ", line "
              + (e.getLocation() == null ? 1 : e.getLocation().getLineNr())
              + ")",
          e);
    }
  }

  private static int paddingId(JsonParser parser, String origin) throws IOException {
    int configured = -1;
    int added = -1;
    boolean model = false;
    parser.nextToken(); // the opening brace
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      parser.nextToken();
      switch (key) {
        case "padding" -> configured = tree(parser).path("pad_id").asInt(-1);
        case "added_tokens" -> added = added(tree(parser));
        case "normalizer" -> requireCharsMaps(tree(parser), origin);
        default -> {
          model |= key.equals("model") && parser.currentToken() == JsonToken.START_OBJECT;
          parser.skipChildren();
        }
      }
    }
    if (!model) {
      throw new ModelFormatException(
          "tokenizer.json expected an object named model but found none (" + origin + ")");
    }
    return Math.max(configured >= 0 ? configured : added, 0);
  }

  /** The library ends the process where a normaliser of this kind cannot be made. */
  private static void requireCharsMaps(JsonNode normalizer, String origin) throws IOException {
    JsonNode map = normalizer.path("precompiled_charsmap");
    if (!map.isMissingNode() || normalizer.path("type").asText().equals("Precompiled")) {
      CharsMap.require(decoded(map, origin), origin);
    }
    for (JsonNode inner : normalizer) {
      requireCharsMaps(inner, origin);
    }
  }

  /** Of base64 only the form that an encoder writes: others are more than the library takes. */
  private static byte[] decoded(JsonNode map, String origin) throws ModelFormatException {
    String text = map.asText();
    try {
      byte[] bytes = Base64.getDecoder().decode(text);
      if (bytes.length > 0 && map.isTextual() && encoded(bytes).equals(text)) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      throw new ModelFormatException(notBase64(origin), e);
    }
    throw new ModelFormatException(notBase64(origin));
  }

  private static String encoded(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static String notBase64(String origin) {
    return "precompiled_charsmap expected base64 but found something else or nothing ("
        + origin
        + ")";
  }

  private static JsonNode tree(JsonParser parser) throws IOException {
    return JSON.readTree(parser);
  }

  private static int added(JsonNode tokens) {
    for (JsonNode token : tokens) {
      if (PADDING.contains(token.path("content").asText())) {
        return token.path("id").asInt(-1);
      }
    }
    return -1;
  }
}
