package io.fourierft.cli.adapter;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fourierft.importer.ConfigFile;
import io.fourierft.importer.Head;
import io.fourierft.importer.Importers;
import io.fourierft.importer.weights.ModelFormatException;
import io.fourierft.importer.weights.TensorInfo;
import io.fourierft.importer.weights.WeightFiles;
import io.fourierft.importer.weights.WeightSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What there is to tell about a pretrained model without its numbers.
 *
 * @param family {@code model_type}; empty if config.json does not say
 * @param supported whether this library computes the family
 * @param architectures what config.json names
 * @param head what the model answers with, or why that is not known
 * @param sizes sizes by name, as config.json has them
 * @param labels names of the classes
 * @param tensors number of tensors
 * @param parameters number of numbers in them
 * @param types number of numbers by type
 * @param weights where the tensors are
 */
public record ModelSummary(
    String family,
    boolean supported,
    List<String> architectures,
    String head,
    Map<String, Long> sizes,
    List<String> labels,
    int tensors,
    long parameters,
    Map<String, Long> types,
    String weights) {
  private static final List<String> SIZES =
      List.of(
          "hidden_size",
          "n_embd",
          "num_hidden_layers",
          "n_layer",
          "num_attention_heads",
          "n_head",
          "num_key_value_heads",
          "intermediate_size",
          "n_inner",
          "vocab_size",
          "max_position_embeddings",
          "n_positions");

  /** Copies the collections, in their order. */
  public ModelSummary {
    architectures = List.copyOf(architectures);
    labels = List.copyOf(labels);
    sizes = Collections.unmodifiableMap(new LinkedHashMap<>(sizes));
    types = Collections.unmodifiableMap(new TreeMap<>(types));
  }

  /**
   * Looks at a model.
   *
   * @param directory its directory
   * @return the summary
   * @throws IOException if a file is absent or damaged
   */
  public static ModelSummary of(Path directory) throws IOException {
    ConfigFile config = Importers.config(directory);
    String family = config.text("model_type", "");
    try (WeightSource weights = WeightFiles.open(directory)) {
      Map<String, Long> types = new TreeMap<>();
      long parameters = 0;
      for (TensorInfo info : weights.tensors().values()) {
        types.merge(info.type().name(), info.length(), Long::sum);
        parameters += info.length();
      }
      return new ModelSummary(
          family,
          Importers.families().contains(family),
          config.texts("architectures"),
          head(config),
          sizes(config),
          config.has("id2label") ? config.labelNames() : List.of(),
          weights.tensors().size(),
          parameters,
          types,
          directory.relativize(Path.of(weights.origin())).toString());
    }
  }

  private static String head(ConfigFile config) {
    try {
      Head head = Importers.head(config);
      String kind = head.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ');
      return head.labels() > 0 ? kind + ", " + head.labels() + " labels" : kind;
    } catch (ModelFormatException e) {
      return "none that is supported";
    }
  }

  private static Map<String, Long> sizes(ConfigFile config) throws ModelFormatException {
    Map<String, Long> sizes = new LinkedHashMap<>();
    for (String name : SIZES) {
      if (config.has(name)) {
        sizes.put(name, (long) config.size(name));
      }
    }
    return sizes;
  }

  /**
   * Returns the summary as a table.
   *
   * @return text by label
   */
  public Map<String, String> rows() {
    Map<String, String> rows = new LinkedHashMap<>();
    String known = supported ? "" : " (not one of " + Importers.families() + ")";
    rows.put("family", (family.isEmpty() ? "unknown" : family) + known);
    rows.put("architectures", architectures.isEmpty() ? "-" : String.join(", ", architectures));
    rows.put("head", head);
    sizes.forEach((name, size) -> rows.put(name, Long.toString(size)));
    if (!labels.isEmpty()) {
      rows.put("labels", String.join(", ", labels));
    }
    rows.put("tensors", Integer.toString(tensors));
    rows.put("parameters", String.format(Locale.ROOT, "%,d", parameters));
    types.forEach(
        (type, count) -> rows.put("  as " + type, String.format(Locale.ROOT, "%,d", count)));
    rows.put("weights", weights);
    return rows;
  }

  /**
   * Returns the summary for programs.
   *
   * @return an object with the same content as the table
   */
  public ObjectNode json() {
    ObjectNode object = JsonNodeFactory.instance.objectNode().put("kind", "model");
    object.put("family", family).put("supported", supported);
    architectures.forEach(object.putArray("architectures")::add);
    object.put("head", head);
    sizes.forEach(object.putObject("sizes")::put);
    labels.forEach(object.putArray("labels")::add);
    object.put("tensors", tensors).put("parameters", parameters);
    types.forEach(object.putObject("types")::put);
    return object.put("weights", weights);
  }
}
