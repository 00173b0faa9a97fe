package io.fourierft.hub.card;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fourierft.hub.HubException;
import io.fourierft.peft.PeftDirectory;
import io.fourierft.safetensors.SafetensorsFile;
import io.fourierft.safetensors.TensorEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A directory that PEFT saved an adapter in, of any of its methods. */
final class PeftFolder {
  private static final long MAX_CONFIG = 1 << 20;
  private static final int MAX_DEPTH = 8;
  private static final String SPECTRUM = "fourierft_spectrum";

  /** What the card tells of the configuration, by the key there. */
  private static final Map<String, String> SHOWN = shown();

  private static final JsonMapper JSON =
      new JsonMapper(
          JsonFactory.builder()
              .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(40).build())
              .build());

  private final Path directory;

  private PeftFolder(Path directory) {
    this.directory = directory;
  }

  private static Map<String, String> shown() {
    Map<String, String> shown = new LinkedHashMap<>();
    shown.put("peft_type", "method");
    shown.put("revision", "base revision");
    shown.put("n_frequency", "coefficients per layer");
    shown.put("r", "rank");
    shown.put("scaling", "scaling");
    shown.put("random_loc_seed", "seed of the entries");
    shown.put("target_modules", "adapted modules");
    shown.put("modules_to_save", "fully trained modules");
    shown.put("bias", "bias");
    shown.put("peft_version", "PEFT");
    return shown;
  }

  static PeftFolder open(Path directory) throws IOException {
    for (String name : List.of(PeftDirectory.CONFIG, PeftDirectory.MODEL)) {
      if (!Files.isRegularFile(directory.resolve(name))) {
        throw new HubException.NotFound(
            "PEFT directory", name, Files.exists(directory) ? "none" : "no directory", directory);
      }
    }
    return new PeftFolder(directory);
  }

  /** All files but hidden ones, by their path in a version. */
  SortedMap<String, Path> files() throws IOException {
    SortedMap<String, Path> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(directory, MAX_DEPTH)) {
      for (Path path : (Iterable<Path>) all::iterator) {
        String name = directory.relativize(path).toString().replace('\\', '/');
        boolean hidden = name.startsWith(".") || name.contains("/.");
        if (!hidden && Files.isRegularFile(path)) {
          files.put(name, path);
        }
      }
    }
    return files;
  }

  /** Facts out of the configuration and the header of the tensors, both checked by that. */
  CardFacts facts() throws IOException {
    JsonNode config = config();
    Map<String, String> rows = new LinkedHashMap<>();
    SHOWN.forEach((key, label) -> put(rows, label, text(config.path(key))));
    addSizes(rows);
    return new CardFacts(
        text(config.path("base_model_name_or_path")),
        TaskNames.pipeline(text(config.path("task_type"))),
        List.of(),
        rows,
        new TreeMap<>(),
        new TreeMap<>());
  }

  private JsonNode config() throws IOException {
    Path file = directory.resolve(PeftDirectory.CONFIG);
    if (Files.size(file) > MAX_CONFIG) {
      throw new HubException.TooLarge("configuration", MAX_CONFIG + " bytes at most", "more", file);
    }
    JsonNode config;
    try {
      config = JSON.readTree(Files.readAllBytes(file));
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      HubException told = new HubException.Corrupt("configuration", "JSON", "other text", file);
      told.initCause(e);
      throw told;
    }
    if (!config.path("peft_type").isTextual()) {
      throw new HubException.Corrupt("configuration", "a peft_type", "none", file);
    }
    return config;
  }

  private void addSizes(Map<String, String> rows) throws IOException {
    Path model = directory.resolve(PeftDirectory.MODEL);
    long coefficients = 0;
    long others = 0;
    int layers = 0;
    try (SafetensorsFile file = SafetensorsFile.open(model)) {
      for (TensorEntry entry : file.entries()) {
        boolean spectrum = entry.name().contains(SPECTRUM);
        layers += spectrum ? 1 : 0;
        coefficients += spectrum ? entry.elements() : 0;
        others += spectrum ? 0 : entry.elements();
      }
    }
    if (layers > 0) {
      rows.put("layers", String.format(Locale.ROOT, "%d, %,d coefficients", layers, coefficients));
    }
    rows.put(layers > 0 ? "fully trained" : "numbers", String.format(Locale.ROOT, "%,d", others));
    rows.put("size", String.format(Locale.ROOT, "%,d bytes of tensors", Files.size(model)));
  }

  private static String text(JsonNode node) {
    if (node.isArray()) {
      List<String> parts = new ArrayList<>();
      node.forEach(part -> parts.add(part.asText("")));
      return String.join(", ", parts);
    }
    return node.isNull() ? "" : node.asText("");
  }

  private static void put(Map<String, String> rows, String label, String text) {
    if (!text.isEmpty()) {
      rows.put(label, text);
    }
  }
}
