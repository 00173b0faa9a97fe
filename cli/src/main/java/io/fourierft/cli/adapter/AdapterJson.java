package io.fourierft.cli.adapter;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterSummary;
import io.fourierft.adapter.BaseModel;
import io.fourierft.adapter.NamedTensor;
import io.fourierft.adapter.Provenance;
import io.fourierft.adapter.Task;
import io.fourierft.spectral.EntryRule;
import java.util.Locale;

/** An adapter for programs: what {@code inspect --json} prints. */
public final class AdapterJson {
  private AdapterJson() {}

  /**
   * Makes the object of an adapter file.
   *
   * @param summary what there is to tell
   * @return an object with the same content as the table
   */
  public static ObjectNode of(AdapterSummary summary) {
    ObjectNode object = withoutFile(summary, "adapter");
    ObjectNode file = object.putObject("file");
    summary
        .file()
        .coefficientTypes()
        .forEach(type -> file.withArrayProperty("coefficient_types").add(type.name()));
    summary
        .file()
        .tensorTypes()
        .forEach(type -> file.withArrayProperty("tensor_types").add(type.name()));
    file.put("version", summary.file().version())
        .put("size", summary.file().size())
        .put("coefficient_bytes", summary.file().coefficientBytes())
        .put("tensor_bytes", summary.file().tensorBytes())
        .put("overhead_bytes", summary.file().overheadBytes())
        .put("sha256", summary.file().sha256());
    return object;
  }

  /** The parts that do not depend on how the adapter is stored. */
  static ObjectNode withoutFile(AdapterSummary summary, String kind) {
    Adapter adapter = summary.adapter();
    ObjectNode object = JsonNodeFactory.instance.objectNode().put("kind", kind);
    base(object.putObject("base"), adapter.baseModel());
    entries(object.putObject("entries"), adapter.rule());
    object.put("basis", lower(adapter.basis()));
    if (adapter.basis() != io.fourierft.adapter.Basis.FOURIER) {
      object.put("basis_seed", adapter.basisSeed());
    }
    object.put("scaling", adapter.scaling());
    object.put("init", lower(adapter.init()));
    object.put("bias", lower(adapter.bias()));
    object.put("layer_count", adapter.layers().size());
    object.put("coefficient_count", summary.coefficients());
    layers(object.putArray("layers"), summary);
    tensors(object.putArray("tensors"), adapter);
    task(object.putObject("task"), adapter.task());
    provenance(object.putObject("provenance"), adapter.provenance());
    ArrayNode kept = object.putArray("peft_keys_kept");
    adapter.peft().config().keySet().forEach(kept::add);
    return object;
  }

  private static void base(ObjectNode object, BaseModel base) {
    object.put("id", base.id()).put("revision", base.revision());
    object.put("architecture", base.fingerprint().architecture());
    ObjectNode sizes = object.putObject("sizes");
    base.fingerprint().sizes().forEach(sizes::put);
    object.put("weights_sha256", base.fingerprint().weightsSha256());
  }

  private static void entries(ObjectNode object, EntryRule rule) {
    if (rule instanceof EntryRule.Seeded seeded) {
      object.put("rule", "seeded").put("seed", seeded.seed());
      object.put("algorithm", lower(seeded.algorithm()));
    } else if (rule instanceof EntryRule.BandPass band) {
      object.put("rule", "band_pass").put("seed", band.seed());
      object.put("center_frequency", band.centerFrequency()).put("bandwidth", band.bandwidth());
    } else {
      object.put("rule", "explicit");
      object.put("shapes", ((EntryRule.Explicit) rule).lists().size());
    }
  }

  private static void layers(ArrayNode array, AdapterSummary summary) {
    for (AdapterSummary.LayerGroup group : summary.groups()) {
      ObjectNode object = array.addObject().put("modules", group.modules());
      object.put("count", group.count()).put("n", group.n());
      if (group.isShaped()) {
        object.put("rows", group.rows()).put("cols", group.cols());
      }
    }
  }

  private static void tensors(ArrayNode array, Adapter adapter) {
    for (NamedTensor tensor : adapter.tensors()) {
      ArrayNode shape = array.addObject().put("name", tensor.name()).putArray("shape");
      for (long side : tensor.shape()) {
        shape.add(side);
      }
    }
  }

  private static void task(ObjectNode object, Task task) {
    object.put("kind", task.kind());
    ArrayNode labels = object.putArray("labels");
    task.labels().forEach(labels::add);
    object.put("tokenizer", task.tokenizer()).put("max_length", task.maxLength());
  }

  private static void provenance(ObjectNode object, Provenance provenance) {
    object.put("library_version", provenance.libraryVersion());
    object.put("created", provenance.created());
    object.put("data_digest", provenance.dataDigest());
    ObjectNode settings = object.putObject("settings");
    provenance.hyperparameters().forEach(settings::put);
    ObjectNode metrics = object.putObject("metrics");
    provenance.metrics().forEach(metrics::put);
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
