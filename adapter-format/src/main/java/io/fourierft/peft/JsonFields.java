package io.fourierft.peft;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fourierft.adapter.AdapterFormatException;
import io.fourierft.io.FileKind;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** A JSON object with typed access whose errors name key and file. */
record JsonFields(Map<String, JsonNode> nodes, String where) {
  /** Longest file that is read. */
  static final int MAX_BYTES = 1 << 20;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(32).build())
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  static JsonFields read(Path file) throws IOException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    }
    if (bytes.length > MAX_BYTES) {
      throw new AdapterFormatException.Invalid(
          "configuration expected at most " + MAX_BYTES + " bytes but found more (" + file + ")");
    }
    return parse(bytes, file.toString());
  }

  static JsonFields parse(byte[] bytes, String where) throws AdapterFormatException {
    JsonNode node = tree(bytes, where);
    if (!node.isObject()) {
      throw new AdapterFormatException.Corrupt(
          "configuration expected a JSON object but found " + found(node, bytes) + in(where));
    }
    Map<String, JsonNode> nodes = new LinkedHashMap<>();
    node.properties().forEach(entry -> nodes.put(entry.getKey(), entry.getValue()));
    return new JsonFields(Collections.unmodifiableMap(nodes), where);
  }

  static JsonFields of(Map<String, String> texts, String where) throws AdapterFormatException {
    Map<String, JsonNode> nodes = new LinkedHashMap<>();
    for (Map.Entry<String, String> entry : texts.entrySet()) {
      byte[] text = entry.getValue().getBytes(StandardCharsets.UTF_8);
      nodes.put(entry.getKey(), tree(text, entry.getKey() + " in " + where));
    }
    return new JsonFields(Collections.unmodifiableMap(nodes), where);
  }

  private static JsonNode tree(byte[] bytes, String where) throws AdapterFormatException {
    try {
      return MAPPER.readTree(bytes);
    } catch (JsonProcessingException e) {
      throw new AdapterFormatException.Corrupt(
          "configuration expected JSON but found " + e.getOriginalMessage() + in(where), e);
    } catch (IOException | NumberFormatException e) { // not UTF-8, or an exponent beyond reason
      throw new AdapterFormatException.Corrupt(
          "configuration expected JSON but found " + e.getMessage() + in(where), e);
    }
  }

  private static String found(JsonNode node, byte[] bytes) {
    return node.isMissingNode() ? FileKind.of(bytes) : node.getNodeType().toString();
  }

  private static String in(String where) {
    return " (" + where + ")";
  }

  /** Returns all values as JSON text in the order of the keys. */
  Map<String, String> texts() {
    Map<String, String> texts = new TreeMap<>();
    nodes.forEach((key, node) -> texts.put(key, node.toString()));
    return Collections.unmodifiableMap(texts);
  }

  String text(String key, String absent) throws AdapterFormatException {
    JsonNode node = nodes.get(key);
    if (node == null || node.isNull()) {
      return absent;
    }
    if (!node.isTextual()) {
      throw wrong(key, "text", node);
    }
    return node.textValue();
  }

  long whole(String key, long absent, long least, long most) throws AdapterFormatException {
    JsonNode node = nodes.get(key);
    if (node == null) {
      return absent;
    }
    if (!node.isIntegralNumber()) {
      throw wrong(key, "a whole number", node);
    }
    BigInteger value = node.bigIntegerValue();
    if (value.compareTo(BigInteger.valueOf(least)) < 0
        || value.compareTo(BigInteger.valueOf(most)) > 0) {
      throw wrong(key, "a whole number from " + least + " to " + most, node);
    }
    return value.longValueExact();
  }

  double number(String key, double absent) throws AdapterFormatException {
    JsonNode node = nodes.get(key);
    if (node == null) {
      return absent;
    }
    if (!node.isNumber() || !Double.isFinite(node.doubleValue())) {
      throw wrong(key, "a finite number", node);
    }
    return node.doubleValue();
  }

  boolean truth(String key, boolean absent) throws AdapterFormatException {
    JsonNode node = nodes.get(key);
    if (node == null) {
      return absent;
    }
    if (!node.isBoolean()) {
      throw wrong(key, "true or false", node);
    }
    return node.booleanValue();
  }

  Map<String, JsonNode> object(String key) throws AdapterFormatException {
    JsonNode node = nodes.get(key);
    Map<String, JsonNode> fields = new LinkedHashMap<>();
    if (node == null || node.isNull()) {
      return fields;
    }
    if (!node.isObject()) {
      throw wrong(key, "an object", node);
    }
    node.properties().forEach(entry -> fields.put(entry.getKey(), entry.getValue()));
    return fields;
  }

  private AdapterFormatException wrong(String key, String expected, JsonNode found) {
    String text = found.toString();
    String shown = text.length() > 80 ? text.substring(0, 80) + "..." : text;
    return new AdapterFormatException.Invalid(
        key + " expected " + expected + " but found " + shown + in(where));
  }
}
