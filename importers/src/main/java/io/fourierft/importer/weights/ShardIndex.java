package io.fourierft.importer.weights;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** The {@code weight_map} of a {@code model.safetensors.index.json}: tensor name to file name. */
final class ShardIndex {
  private static final int LARGEST = 64 << 20;
  private static final JsonFactory JSON = new JsonFactory();
  private static final Pattern PLAIN =
      Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*");

  private ShardIndex() {}

  /**
   * Reads and checks an index.
   *
   * @param file its path
   * @return tensor name to the path of a file beside or below the index
   * @throws IOException if it cannot be read or is no index
   */
  static Map<String, String> read(Path file) throws IOException {
    byte[] bytes;
    try (InputStream stream = Files.newInputStream(file)) {
      bytes = stream.readNBytes(LARGEST + 1);
    }
    if (bytes.length > LARGEST) {
      throw wrong("at most " + LARGEST + " bytes", "more", file);
    }
    Map<String, String> shards = new LinkedHashMap<>();
    try (JsonParser parser = JSON.createParser(bytes)) {
      boolean object = parser.nextToken() == JsonToken.START_OBJECT;
      while (object && parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean map = parser.currentName().equals("weight_map");
        if (parser.nextToken() == JsonToken.START_OBJECT && map) {
          shards.clear();
          readShards(parser, shards);
        } else {
          parser.skipChildren();
        }
      }
    } catch (JsonProcessingException e) {
      String found = e.getOriginalMessage().lines().findFirst().orElse("something else");
      throw new ModelFormatException(
          "shard index expected a JSON object but found " + found + " (" + file + ")", e);
    }
    if (shards.isEmpty()) {
      throw wrong("a weight_map with the tensors' files", "none", file);
    }
    for (String name : shards.values()) {
      if (!PLAIN.matcher(name).matches()) {
        throw wrong("the plain name of a file beside or below it", '"' + name + '"', file);
      }
    }
    return shards;
  }

  private static void readShards(JsonParser parser, Map<String, String> shards) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String tensor = parser.currentName();
      boolean text = parser.nextToken() == JsonToken.VALUE_STRING;
      String name = text ? parser.getText() : "(" + parser.currentToken() + ")";
      shards.put(tensor, name.startsWith("./") ? name.substring(2) : name);
      parser.skipChildren();
    }
  }

  private static ModelFormatException wrong(String expected, String found, Path file) {
    return new ModelFormatException(
        "shard index expected " + expected + " but found " + found + " (" + file + ")");
  }
}
