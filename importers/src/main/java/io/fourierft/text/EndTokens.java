package io.fourierft.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fourierft.importer.weights.ModelFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The tokens that end a model's texts. */
public final class EndTokens {
  private static final int LARGEST = 4 << 20;
  private static final String KEY = "eos_token_id";
  private static final Map<String, Set<Integer>> USUAL =
      Map.of("llama", Set.of(2), "gpt2", Set.of(50256));
  private static final ObjectMapper JSON = new ObjectMapper();

  private EndTokens() {}

  /**
   * Reads {@code eos_token_id}, a number or a list, from generation_config.json if there is one,
   * and else from config.json; one that lacks the key has that of transformers' own configuration.
   *
   * @param directory a model directory
   * @return the ids, none if the file names none
   * @throws IOException if a file cannot be read or the ids are no numbers
   */
  public static Set<Integer> read(Path directory) throws IOException {
    Path chosen = directory.resolve("generation_config.json");
    if (Files.isRegularFile(chosen)) {
      return ids(tree(chosen).path(KEY), chosen);
    }
    Path config = directory.resolve("config.json");
    if (!Files.isRegularFile(config)) {
      return Set.of();
    }
    JsonNode tree = tree(config);
    return tree.has(KEY)
        ? ids(tree.path(KEY), config)
        : USUAL.getOrDefault(tree.path("model_type").asText(), Set.of());
  }

  private static JsonNode tree(Path file) throws IOException {
    try (InputStream stream = Files.newInputStream(file)) {
      return JSON.readTree(stream.readNBytes(LARGEST));
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

  private static Set<Integer> ids(JsonNode node, Path file) throws ModelFormatException {
    if (node.isMissingNode() || node.isNull()) {
      return Set.of();
    }
    Set<Integer> ids = new TreeSet<>();
    for (JsonNode id : node.isArray() ? node : List.of(node)) {
      if (!id.isIntegralNumber() || !id.canConvertToInt()) {
        throw new ModelFormatException(
            "eos_token_id expected a number or a list of numbers but found "
                + node
                + " ("
                + file
                + ")");
      }
      ids.add(id.intValue());
    }
    return Set.copyOf(ids);
  }
}
