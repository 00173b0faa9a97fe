package io.fourierft.peft;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterFormatException;
import io.fourierft.adapter.AdapterLayer;
import io.fourierft.adapter.Basis;
import io.fourierft.adapter.EntryRuleText;
import io.fourierft.adapter.NamedTensor;
import io.fourierft.adapter.SpectrumInit;
import io.fourierft.safetensors.DType;
import io.fourierft.safetensors.HalfFloats;
import io.fourierft.safetensors.TensorSource;
import io.fourierft.spectral.EntryRule;
import io.fourierft.spectral.TorchRandperm;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Makes configuration and tensors of an adapter. */
final class PeftWriter {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private PeftWriter() {}

  /** Refuses what PEFT cannot express. */
  static void check(Adapter adapter) {
    if (adapter.basis() != Basis.FOURIER) {
      throw inexpressible("the basis FOURIER", adapter.basis().toString());
    }
    if (!(adapter.rule() instanceof EntryRule.Seeded seeded)) {
      throw inexpressible("seeded entries", EntryRuleText.of(adapter.rule()));
    }
    if (adapter.layers().isEmpty()) {
      throw refused("an adapted layer", "none");
    }
    for (AdapterLayer layer : adapter.layers()) {
      long cells = (long) layer.rows() * layer.cols();
      if (seeded.algorithm() == EntryRule.Algorithm.TORCH_RANDPERM_LEGACY
          && cells >= TorchRandperm.THRESHOLD) {
        throw inexpressible("entries of current PyTorch", "those of an older one in " + layer);
      }
    }
  }

  private static IllegalArgumentException inexpressible(String expected, String found) {
    return refused(expected, found + ": a merged base or a LoRA adapter can hold it");
  }

  static IllegalArgumentException refused(String expected, String found) {
    return new IllegalArgumentException("PEFT expected " + expected + " but found " + found);
  }

  static PeftConfig config(Adapter adapter) throws AdapterFormatException {
    check(adapter);
    Map<String, String> json = derived(adapter);
    Map<String, String> kept = adapter.peft().config();
    PeftConfig plain = PeftConfig.of(json, "adapter");
    for (Map.Entry<String, String> entry : kept.entrySet()) {
      String key = entry.getKey();
      if (!json.containsKey(key) || keeps(plain, adapter, key, entry.getValue())) {
        json.put(key, entry.getValue());
      }
    }
    if (!givesCounts(json, adapter)) {
      json.putAll(counts(adapter));
    }
    boolean sameLayers = adapter.peft().layers() == adapter.layers().size();
    if (!sameLayers || strays(json, adapter).isPresent()) {
      Map<String, String> own = derived(adapter);
      PeftTargets.KEYS.forEach(key -> json.put(key, own.get(key)));
    }
    Optional<AdapterLayer> stray = strays(json, adapter);
    if (stray.isPresent()) {
      throw refused("modules either adapted or saved in full", "both in " + stray.get().module());
    }
    return PeftConfig.of(json, "adapter");
  }

  /** Tells whether a kept value still says what the adapter says. */
  private static boolean keeps(PeftConfig plain, Adapter adapter, String key, String value)
      throws AdapterFormatException {
    JsonNode node = JsonFields.of(Map.of(key, value), "adapter").nodes().get(key);
    return switch (key) {
      case "modules_to_save" ->
          PeftSaved.tensors(adapter).stream()
              .allMatch(tensor -> PeftPatterns.saves(node, tensor.name()));
      case "peft_type" -> false;
      case "base_model_name_or_path",
          "revision",
          "task_type",
          "bias",
          "init_weights",
          "scaling",
          "random_loc_seed" ->
          sameAs(plain, key, value);
      default -> true;
    };
  }

  private static boolean sameAs(PeftConfig plain, String key, String value)
      throws AdapterFormatException {
    Map<String, String> changed = new TreeMap<>(plain.json());
    changed.put(key, value);
    PeftConfig other = PeftConfig.of(changed, "adapter");
    boolean sameTask = PeftTasks.kind(other.taskType()).equals(PeftTasks.kind(plain.taskType()));
    boolean sameBias =
        other.bias().equals(plain.bias())
            || other.bias().endsWith("_only") && plain.bias().endsWith("_only");
    return other.baseModel().equals(plain.baseModel())
        && other.revision().equals(plain.revision())
        && sameTask
        && sameBias
        && other.zeroInit() == plain.zeroInit()
        && other.scaling() == plain.scaling()
        && other.seed() == plain.seed();
  }

  /** Tells whether the counts are right once written, with the keys of patterns sorted. */
  private static boolean givesCounts(Map<String, String> json, Adapter adapter)
      throws AdapterFormatException {
    byte[] text = PeftConfig.of(json, "adapter").text().getBytes(StandardCharsets.UTF_8);
    PeftConfig config = PeftConfig.parse(text, "adapter");
    return adapter.layers().stream()
        .allMatch(layer -> config.frequencies(layer.module()) == layer.n());
  }

  /** Returns a layer that PEFT would not adapt by this configuration. */
  private static Optional<AdapterLayer> strays(Map<String, String> json, Adapter adapter)
      throws AdapterFormatException {
    PeftTargets targets = new PeftTargets(JsonFields.of(json, "adapter").nodes());
    return adapter.layers().stream().filter(layer -> !targets.includes(layer.module())).findFirst();
  }

  private static Map<String, String> derived(Adapter adapter) {
    ObjectNode fields = PeftSaved.common(adapter);
    fields.put("bias", bias(adapter));
    fields.put("init_weights", adapter.init() == SpectrumInit.ZERO);
    fields.put("peft_type", PeftConfig.PEFT_TYPE);
    fields.put("random_loc_seed", ((EntryRule.Seeded) adapter.rule()).seed());
    fields.put("scaling", adapter.scaling());
    Map<String, String> json = new TreeMap<>();
    fields.properties().forEach(field -> json.put(field.getKey(), field.getValue().toString()));
    json.putAll(counts(adapter));
    return json;
  }

  /** The most frequent n as default, the others by module. */
  private static Map<String, String> counts(Adapter adapter) {
    Map<Integer, Integer> uses = new TreeMap<>();
    adapter.layers().forEach(layer -> uses.merge(layer.n(), 1, Integer::sum));
    int common = uses.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow().getKey();
    ObjectNode pattern = JSON.objectNode();
    for (AdapterLayer layer : adapter.layers()) {
      if (layer.n() != common) {
        pattern.put(layer.module(), layer.n());
      }
    }
    return Map.of(
        "n_frequency", Integer.toString(common), "n_frequency_pattern", pattern.toString());
  }

  private static String bias(Adapter adapter) {
    return switch (adapter.bias()) {
      case NONE -> "none";
      case ADAPTED -> "fourier_only";
      case ALL -> "all";
    };
  }

  static List<TensorSource> tensors(Adapter adapter) {
    Set<String> adapted = PeftSaved.adapted(adapter);
    Map<String, String> keys = adapter.peft().keys();
    List<TensorSource> sources = new ArrayList<>();
    for (AdapterLayer layer : adapter.layers()) {
      String usual = PeftNames.spectrumKey(layer.module());
      String key = keys.getOrDefault(layer.module(), usual);
      sources.add(source(adapter, key, new long[] {layer.n()}, layer.coefficients()));
    }
    for (NamedTensor tensor : adapter.tensors()) {
      String key = keys.getOrDefault(tensor.name(), key(tensor.name(), adapted));
      sources.add(source(adapter, key, tensor.shape(), tensor.data()));
    }
    return sources;
  }

  /** Returns the usual key of a parameter. */
  static String key(String parameter, Set<String> adapted) {
    String owner = PeftNames.owner(parameter);
    return PeftNames.isBias(parameter) && adapted.contains(owner)
        ? PeftNames.adaptedBiasKey(owner)
        : PeftNames.parameterKey(parameter);
  }

  private static TensorSource source(Adapter adapter, String key, long[] shape, float[] values) {
    DType kept =
        DType.named(adapter.peft().dtypes().getOrDefault(key, "F32"))
            .filter(DType::isFloat)
            .orElse(DType.F32);
    return TensorSource.of(key, holds(kept, values) ? kept : DType.F32, shape, values);
  }

  /** Tells whether a type holds all the numbers exactly. */
  private static boolean holds(DType type, float[] values) {
    for (float value : values) {
      float stored =
          switch (type) {
            case F16 -> HalfFloats.fromFloat16(HalfFloats.toFloat16(value));
            case BF16 -> HalfFloats.fromBfloat16(HalfFloats.toBfloat16(value));
            default -> value;
          };
      if (stored != value) {
        return false;
      }
    }
    return true;
  }
}
