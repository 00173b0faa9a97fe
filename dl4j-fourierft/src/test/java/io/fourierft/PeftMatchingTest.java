package io.fourierft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fourierft.adapter.BiasMode;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Configurations and what PEFT made of them; tools/reference/peft_matching.py asked it. */
class PeftMatchingTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @Test
  void everyConfigurationAdaptsWhatItAdaptsInPeft() throws Exception {
    JsonNode golden;
    try (InputStream json = getClass().getResourceAsStream("/golden/matching.json")) {
      golden = MAPPER.readTree(json);
    }
    assertThat(golden.get("cases")).hasSizeGreaterThan(20);
    for (JsonNode example : golden.get("cases")) {
      JsonNode model = golden.get("models").get(example.get("model").asText());
      JsonNode config = example.get("config");
      if (example.has("error")) {
        assertThatThrownBy(() -> AdapterSpec.of(options(config), shapes(model)))
            .as("%s", config)
            .isInstanceOf(IllegalArgumentException.class);
        continue;
      }
      AdapterSpec spec = AdapterSpec.of(options(config), shapes(model));
      Map<String, Integer> found = new LinkedHashMap<>();
      spec.layers().forEach((module, entries) -> found.put(module, entries.size()));
      assertThat(found).as("%s", config).isEqualTo(counts(example.get("spectra")));
      Set<String> full =
          options(config).trained(texts(model.get("parameters")), spec.layers().keySet());
      assertThat(new TreeSet<>(full))
          .as("%s", config)
          .isEqualTo(new TreeSet<>(texts(example.get("full"))));
    }
  }

  private static List<ModuleShape> shapes(JsonNode model) {
    Set<String> names = new LinkedHashSet<>();
    model.get("linears").fieldNames().forEachRemaining(names::add);
    Optional<String> head = OutputHeads.among(names);
    List<ModuleShape> shapes = new ArrayList<>();
    for (String name : names) {
      JsonNode shape = model.get("linears").get(name);
      ModuleShape.Kind kind =
          head.filter(name::equals).isPresent()
              ? ModuleShape.Kind.OUTPUT_HEAD
              : ModuleShape.Kind.LINEAR;
      shapes.add(new ModuleShape(name, shape.get(0).asInt(), shape.get(1).asInt(), kind));
    }
    return shapes;
  }

  private static FourierOptions options(JsonNode config) {
    FourierOptions options =
        FourierOptions.of(targets(config)).withNFrequency(config.path("n_frequency").asInt(10));
    if (config.has("n_frequency_pattern")) {
      options = options.withNFrequencyPattern(counts(config.get("n_frequency_pattern")));
    }
    List<String> saved = texts(config.path("modules_to_save"));
    if (config.path("task_type").asText().equals("SEQ_CLS")) {
      saved = List.of("classifier", "score");
    }
    BiasMode bias =
        switch (config.path("bias").asText("none")) {
          case "all" -> BiasMode.ALL;
          case "fourier_only" -> BiasMode.ADAPTED;
          default -> BiasMode.NONE;
        };
    return options.withModulesToSave(saved.toArray(String[]::new)).withBias(bias);
  }

  private static TargetModules targets(JsonNode config) {
    JsonNode names = config.get("target_modules");
    TargetModules targets =
        names.isArray()
            ? TargetModules.of(texts(names).toArray(String[]::new))
            : names.asText().equals("all-linear")
                ? TargetModules.allLinear()
                : TargetModules.matching(names.asText());
    JsonNode excluded = config.path("exclude_modules");
    if (excluded.isArray()) {
      targets = targets.excluding(texts(excluded).toArray(String[]::new));
    } else if (excluded.isTextual()) {
      targets = targets.excludingMatching(excluded.asText());
    }
    JsonNode layers = config.path("layers_to_transform");
    if (layers.isInt()) {
      targets = targets.inLayers(layers.asInt());
    } else if (layers.isArray()) {
      targets =
          targets.inLayers(
              IntStream.range(0, layers.size()).map(i -> layers.get(i).asInt()).toArray());
    }
    List<String> lists = texts(config.path("layers_pattern"));
    return lists.isEmpty() ? targets : targets.ofLists(lists.toArray(String[]::new));
  }

  private static Map<String, Integer> counts(JsonNode node) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    node.properties().forEach(field -> counts.put(field.getKey(), field.getValue().asInt()));
    return counts;
  }

  private static List<String> texts(JsonNode node) {
    if (node.isTextual()) {
      return List.of(node.asText());
    }
    List<String> texts = new ArrayList<>();
    node.forEach(element -> texts.add(element.asText()));
    return texts;
  }
}
