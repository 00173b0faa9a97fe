package io.fourierft.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fourierft.io.FileKind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** The JSON files of a model's directory. */
final class CheckpointJson {
  private static final int LARGEST = 64 << 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  private CheckpointJson() {}

  static ObjectNode read(Path file) throws IOException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(LARGEST + 1);
    }
    if (bytes.length > LARGEST) {
      throw wrong(file, "at most " + LARGEST + " bytes", "more");
    }
    byte[] start = Arrays.copyOf(bytes, Math.min(bytes.length, FileKind.START));
    try {
      JsonNode node = JSON.readTree(bytes);
      if (node instanceof ObjectNode object) {
        return object;
      }
      String found = node.isMissingNode() ? FileKind.of(start) : node.getNodeType().toString();
      throw wrong(file, "a JSON object", found);
    } catch (JsonProcessingException e) {
      String found = FileKind.recognise(start).orElse(e.getOriginalMessage());
      throw new CheckpointException(
          file.getFileName() + " expected JSON but found " + found + " (" + file + ")", e);
    }
  }

  /** Returns the file of each tensor by an index. */
  static Map<String, String> shards(Path index) throws IOException {
    JsonNode map = read(index).path("weight_map");
    if (!map.isObject() || map.isEmpty()) {
      throw wrong(index, "a weight_map with the tensors' files", "none");
    }
    Map<String, String> shards = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      String name = entry.getValue().asText();
      if (!name.matches("[A-Za-z0-9_][A-Za-z0-9._-]*")) {
        throw wrong(index, "the plain name of a file beside it", entry.getValue().toString());
      }
      shards.put(entry.getKey(), name);
    }
    return shards;
  }

  private static CheckpointException wrong(Path file, String expected, String found) {
    return new CheckpointException(
        file.getFileName() + " expected " + expected + " but found " + found + " (" + file + ")");
  }
}
