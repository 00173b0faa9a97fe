package io.fourierft.merge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.NamedTensor;
import io.fourierft.checkpoint.Checkpoint;
import io.fourierft.safetensors.SafetensorsFile;
import io.fourierft.safetensors.TensorEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Index and configuration of a merged model: copies of the base's, unless a head came along that
 * they do not know.
 */
final class MergedJson {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> HEADS =
      Set.of("classifier.weight", "score.weight", "classifier.out_proj.weight");
  private static final Map<String, String> FAMILIES =
      Map.of("bert", "Bert", "roberta", "Roberta", "gpt2", "GPT2", "llama", "Llama", "vit", "ViT");
  private static final Map<String, String> TASKS =
      Map.of(
          "sequence-classification", "ForSequenceClassification",
          "token-classification", "ForTokenClassification",
          "image-classification", "ForImageClassification");

  private MergedJson() {}

  static void writeIndex(Checkpoint base, MergePlan plan, Path directory) throws IOException {
    Path from = base.directory().resolve(Checkpoint.INDEX);
    Path to = directory.resolve(Checkpoint.INDEX);
    if (plan.additions().isEmpty() && base.tensors().stream().noneMatch(plan::resizes)) {
      Files.copy(from, to);
      return;
    }
    ObjectNode index = object(from);
    SafetensorsFile last = base.files().get(base.files().size() - 1);
    ObjectNode map = index.withObjectProperty("weight_map");
    plan.additions()
        .forEach(tensor -> map.put(tensor.name(), last.path().getFileName().toString()));
    long size = 0;
    for (SafetensorsFile file : base.files()) {
      try (SafetensorsFile written =
          SafetensorsFile.open(directory.resolve(file.path().getFileName()))) {
        size += written.entries().stream().mapToLong(TensorEntry::bytes).sum();
      }
    }
    index.withObjectProperty("metadata").put("total_size", size);
    write(to, index);
  }

  static void writeConfig(Checkpoint base, Adapter adapter, MergePlan plan, Path directory)
      throws IOException {
    Path from = base.directory().resolve(Checkpoint.CONFIG);
    Path to = directory.resolve(Checkpoint.CONFIG);
    ObjectNode config = object(from);
    ObjectNode before = config.deepCopy();
    List<String> additions = plan.additions().stream().map(NamedTensor::name).toList();
    if (additions.contains("lm_head.weight")) {
      config.put("tie_word_embeddings", false);
    }
    Optional<NamedTensor> head =
        Stream.concat(plan.additions().stream(), plan.replacements().values().stream())
            .filter(tensor -> HEADS.contains(tensor.name()))
            .filter(tensor -> tensor.shape().length == 2 && tensor.size() > 0)
            .findFirst();
    head.ifPresent(tensor -> labels(config, adapter, (int) tensor.shape()[0]));
    if (head.isPresent() && additions.contains(head.get().name())) {
      architecture(config, adapter.task().kind());
    }
    if (config.equals(before)) {
      Files.copy(from, to);
    } else {
      write(to, config);
    }
  }

  /** As many labels as the head has rows, with the adapter's names if it has them. */
  private static void labels(ObjectNode config, Adapter adapter, int count) {
    JsonNode known = config.path("id2label");
    int before = known.isObject() ? known.size() : config.path("num_labels").asInt(2);
    List<String> names = adapter.task().labels();
    boolean named = names.size() == count;
    if (before == count && !named) {
      return;
    }
    ObjectNode labels = JSON.createObjectNode();
    ObjectNode numbers = JSON.createObjectNode();
    for (int i = 0; i < count; i++) {
      String label = named ? names.get(i) : "LABEL_" + i;
      labels.put(Integer.toString(i), label);
      numbers.put(label, i);
    }
    config.remove("num_labels");
    config.set("id2label", labels);
    config.set("label2id", numbers);
  }

  private static void architecture(ObjectNode config, String kind) {
    String type = config.path("model_type").asText("");
    String task = TASKS.getOrDefault(type.equals("vit") ? "image-classification" : kind, "");
    if (FAMILIES.containsKey(type) && !task.isEmpty()) {
      config.putArray("architectures").add(FAMILIES.get(type) + task);
    }
  }

  private static ObjectNode object(Path file) throws IOException {
    JsonNode node = JSON.readTree(file.toFile());
    if (node instanceof ObjectNode object) {
      return object;
    }
    throw new IOException(
        file.getFileName()
            + " expected a JSON object but found "
            + node.getNodeType()
            + " ("
            + file
            + ")");
  }

  private static void write(Path file, ObjectNode object) throws IOException {
    Files.writeString(
        file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(object) + "\n");
  }
}
