package io.fourierft.peft;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterLayer;
import io.fourierft.adapter.NamedTensor;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What configurations of all of PEFT's methods have in common: the base, the adapted modules, and
 * the modules trained in full beside them.
 */
final class PeftSaved {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** Heads that transformers names at the top of a model; they are saved as a whole. */
  private static final Set<String> HEADS =
      Set.of("classifier", "score", "qa_outputs", "lm_head", "pre_classifier");

  private static final Set<String> CONV1D = Set.of("c_attn", "c_proj", "c_fc", "q_attn");

  private PeftSaved() {}

  /** The keys that do not depend on the method. */
  static ObjectNode common(Adapter adapter) {
    ObjectNode fields = JSON.objectNode();
    for (String key :
        List.of("auto_mapping", "exclude_modules", "layers_pattern", "layers_to_transform")) {
      fields.set(key, NullNode.getInstance());
    }
    fields.set("base_model_name_or_path", textOrNull(adapter.baseModel().id()));
    fields.set("revision", textOrNull(adapter.baseModel().revision()));
    fields.set("task_type", textOrNull(taskType(adapter)));
    fields.put("fan_in_fan_out", adapter.layers().stream().allMatch(PeftSaved::isConv1d));
    fields.put("inference_mode", true);
    fields.set(
        "target_modules", list(adapter.layers().stream().map(AdapterLayer::module).toList()));
    Set<String> saved = new TreeSet<>();
    Set<String> adapted = adapted(adapter);
    tensors(adapter).forEach(tensor -> saved.add(savedModule(tensor.name(), adapted)));
    fields.set("modules_to_save", saved.isEmpty() ? NullNode.getInstance() : list(saved));
    return fields;
  }

  /** Tells whether a layer is one that GPT-2 keeps as [in, out]. */
  private static boolean isConv1d(AdapterLayer layer) {
    String module = layer.module();
    return CONV1D.contains(module.substring(module.lastIndexOf('.') + 1));
  }

  /**
   * The task type, where PEFT can go by it: for some it takes a head to be trained in full and
   * looks for it in the file.
   */
  private static String taskType(Adapter adapter) {
    String type = PeftTasks.taskType(adapter.task().kind());
    Set<String> heads = PeftTasks.heads(type);
    boolean saved =
        tensors(adapter).stream().anyMatch(tensor -> heads.contains(firstPart(tensor.name())));
    boolean adapted =
        adapter.layers().stream().anyMatch(layer -> heads.contains(firstPart(layer.module())));
    return heads.isEmpty() || saved && !adapted ? type : "";
  }

  private static JsonNode textOrNull(String text) {
    return text.isEmpty() ? NullNode.getInstance() : JSON.textNode(text);
  }

  private static ArrayNode list(Collection<String> values) {
    ArrayNode list = JSON.arrayNode();
    values.forEach(list::add);
    return list;
  }

  /** The tensors that are there because their module was trained in full. */
  static List<NamedTensor> tensors(Adapter adapter) {
    Set<String> adapted = adapted(adapter);
    return adapter.tensors().stream().filter(t -> !isTrainedBias(t, adapter, adapted)).toList();
  }

  private static boolean isTrainedBias(NamedTensor tensor, Adapter adapter, Set<String> adapted) {
    if (!PeftNames.isBias(tensor.name())) {
      return false;
    }
    boolean head = HEADS.contains(firstPart(tensor.name()));
    return switch (adapter.bias()) {
      case NONE -> false;
      case ADAPTED -> adapted.contains(PeftNames.owner(tensor.name()));
      case ALL -> !head;
    };
  }

  private static String savedModule(String parameter, Set<String> adapted) {
    String first = firstPart(parameter);
    boolean whole =
        HEADS.contains(first)
            && adapted.stream().noneMatch(module -> firstPart(module).equals(first));
    String module = whole ? first : PeftNames.owner(parameter);
    if (module.isEmpty()) {
      throw PeftWriter.refused(
          "parameters inside a module", "'" + parameter + "' of the model itself");
    }
    return module;
  }

  private static String firstPart(String name) {
    int dot = name.indexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }

  static Set<String> adapted(Adapter adapter) {
    Set<String> modules = new HashSet<>();
    adapter.layers().forEach(layer -> modules.add(layer.module()));
    return modules;
  }
}
