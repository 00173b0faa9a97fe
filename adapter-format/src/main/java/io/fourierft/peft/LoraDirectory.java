package io.fourierft.peft;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterLayer;
import io.fourierft.adapter.NamedTensor;
import io.fourierft.io.AtomicFile;
import io.fourierft.safetensors.DType;
import io.fourierft.safetensors.SafetensorsWriter;
import io.fourierft.safetensors.TensorSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Writes adapters as LoRA the way PEFT saves them, for servers that know nothing else. */
public final class LoraDirectory {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private LoraDirectory() {}

  /**
   * Writes an adapter whose weight changes were factored. Modules have the names that {@link
   * PeftDirectory#write(Path, Adapter)} gives them; what was trained in full goes along.
   *
   * @param directory where to; made if missing, its two files are replaced
   * @param adapter the adapter: its layers, tensors, base and task
   * @param factors one pair for each layer, in the same order, all of one rank
   * @throws IllegalArgumentException if the factors are not those of the layers
   * @throws IOException if it cannot be written
   */
  public static void write(Path directory, Adapter adapter, List<LoraFactors> factors)
      throws IOException {
    require(adapter, factors);
    Adapter spelled = PeftSpelling.asRead(adapter);
    byte[] config =
        PythonJson.text(config(spelled, factors.get(0).rank())).getBytes(StandardCharsets.UTF_8);
    Files.createDirectories(directory);
    SafetensorsWriter.write(
        directory.resolve(PeftDirectory.MODEL), tensors(spelled, factors), Map.of("format", "pt"));
    AtomicFile.write(directory.resolve(PeftDirectory.CONFIG), out -> out.write(config));
  }

  private static void require(Adapter adapter, List<LoraFactors> factors) {
    List<String> modules = adapter.layers().stream().map(AdapterLayer::module).toList();
    List<String> factored = factors.stream().map(LoraFactors::module).toList();
    if (modules.isEmpty() || !modules.equals(factored)) {
      throw new IllegalArgumentException(
          "LoRA factors expected for the layers " + modules + " but found " + factored);
    }
    Set<String> adapted = PeftSaved.adapted(adapter);
    for (NamedTensor tensor : adapter.tensors()) {
      String owner = PeftNames.owner(tensor.name());
      if (adapted.contains(owner) && !PeftNames.isBias(tensor.name())) {
        throw PeftWriter.refused("modules either adapted or saved in full", "both in " + owner);
      }
    }
    int rank = factors.get(0).rank();
    for (int i = 0; i < factors.size(); i++) {
      AdapterLayer layer = adapter.layers().get(i);
      LoraFactors pair = factors.get(i);
      boolean fits =
          pair.rank() == rank
              && pair.a().length == (long) rank * layer.cols()
              && pair.b().length == (long) layer.rows() * rank;
      if (!fits) {
        throw new IllegalArgumentException(
            String.format(
                "LoRA factors expected [%d, %d] and [%d, %d] but found %d and %d numbers (%s)",
                rank,
                layer.cols(),
                layer.rows(),
                rank,
                pair.a().length,
                pair.b().length,
                layer.module()));
      }
    }
  }

  /** With lora_alpha = r, PEFT's factor lora_alpha / r is 1. */
  private static TreeMap<String, JsonNode> config(Adapter adapter, int rank) {
    ObjectNode fields = PeftSaved.common(adapter);
    fields.put("peft_type", "LORA");
    fields.put("r", rank);
    fields.put("lora_alpha", rank);
    fields.put("lora_dropout", 0.0);
    fields.put("use_rslora", false);
    fields.put("use_dora", false);
    fields.put("init_lora_weights", true);
    fields.set("rank_pattern", JSON.objectNode());
    fields.set("alpha_pattern", JSON.objectNode());
    fields.put(
        "bias",
        switch (adapter.bias()) {
          case NONE -> "none";
          case ADAPTED -> "lora_only";
          case ALL -> "all";
        });
    TreeMap<String, JsonNode> sorted = new TreeMap<>();
    fields.properties().forEach(field -> sorted.put(field.getKey(), field.getValue()));
    return sorted;
  }

  private static List<TensorSource> tensors(Adapter adapter, List<LoraFactors> factors) {
    List<TensorSource> sources = new ArrayList<>();
    for (int i = 0; i < factors.size(); i++) {
      AdapterLayer layer = adapter.layers().get(i);
      LoraFactors pair = factors.get(i);
      String key = PeftNames.parameterKey(layer.module());
      long[] shapeA = {pair.rank(), layer.cols()};
      long[] shapeB = {layer.rows(), pair.rank()};
      sources.add(TensorSource.of(key + ".lora_A.weight", DType.F32, shapeA, pair.a()));
      sources.add(TensorSource.of(key + ".lora_B.weight", DType.F32, shapeB, pair.b()));
    }
    Set<String> adapted = PeftSaved.adapted(adapter);
    for (NamedTensor tensor : adapter.tensors()) {
      String key = PeftWriter.key(tensor.name(), adapted);
      sources.add(TensorSource.of(key, DType.F32, tensor.shape(), tensor.data()));
    }
    return sources;
  }
}
