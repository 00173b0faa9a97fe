package io.fourierft.importer.weights;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The {@code weight_map} of a {@code model.safetensors.index.json}: tensor name to file name. */
final class ShardIndex {
  private static final int LARGEST = 64 << 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  private ShardIndex() {}

  /**
   * Reads and checks an index.
   *
   * @param file its path
   * @return tensor name to the plain name of a file beside the index
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
    JsonNode map;
    try {
      map = JSON.readTree(bytes).path("weight_map");
    } catch (JsonProcessingException e) {
      String found = e.getOriginalMessage().lines().findFirst().orElse("something else");
      throw new ModelFormatException(
          "shard index expected a JSON object but found " + found + " (" + file + ")", e);
    }
    if (!map.isObject() || map.isEmpty()) {
      throw wrong("a weight_map with the tensors' files", "none", file);
    }
    Map<String, String> shards = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      String name = entry.getValue().asText();
      if (!name.matches("[A-Za-z0-9_][A-Za-z0-9._-]*")) {
        throw wrong("the plain name of a file beside it", entry.getValue().toString(), file);
      }
      shards.put(entry.getKey(), name);
    }
    return shards;
  }

  private static ModelFormatException wrong(String expected, String found, Path file) {
    return new ModelFormatException(
        "shard index expected " + expected + " but found " + found + " (" + file + ")");
  }
}
