package io.fourierft.merge;

import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterFormatException;
import io.fourierft.adapter.AdapterLayer;
import io.fourierft.adapter.NamedTensor;
import io.fourierft.checkpoint.Checkpoint;
import io.fourierft.checkpoint.CheckpointNames;
import io.fourierft.safetensors.DType;
import io.fourierft.safetensors.TensorEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which tensors of a checkpoint an adapter changes, which it replaces, and which it brings along.
 *
 * @param changes adapted layer by tensor name
 * @param replacements fully trained parameter by tensor name
 * @param additions fully trained parameters that the checkpoint lacks, such as a new head
 */
record MergePlan(
    Map<String, Change> changes,
    Map<String, NamedTensor> replacements,
    List<NamedTensor> additions) {

  /** An adapted layer over its matrix. */
  record Change(AdapterLayer layer, CheckpointNames.Weight weight) {}

  static MergePlan of(Checkpoint base, Adapter adapter) throws IOException {
    Map<String, Change> changes = new HashMap<>();
    for (AdapterLayer layer : adapter.layers()) {
      CheckpointNames.Weight weight = weight(base, layer);
      requireNumbers(base.tensor(weight.tensor()), base);
      changes.put(weight.tensor(), new Change(layer, weight));
    }
    Map<String, NamedTensor> replacements = new HashMap<>();
    List<NamedTensor> additions = new ArrayList<>();
    for (NamedTensor tensor : adapter.tensors()) {
      String name = base.names().parameter(tensor.name()).orElse("");
      if (name.isEmpty()) {
        additions.add(tensor);
      } else {
        requireNumbers(base.tensor(name), base);
        replacements.put(name, tensor);
      }
    }
    requireDistinct(changes, replacements, base);
    return new MergePlan(Map.copyOf(changes), Map.copyOf(replacements), List.copyOf(additions));
  }

  private static CheckpointNames.Weight weight(Checkpoint base, AdapterLayer layer)
      throws AdapterFormatException {
    CheckpointNames.Weight weight = base.names().weight(layer.module()).orElse(null);
    if (weight == null) {
      throw new AdapterFormatException.MissingLayer(
          String.format(
              "base expected a matrix of the layer but found none (%s in %s)",
              layer.module(), base.directory()));
    }
    if (weight.rows() != layer.rows() || weight.cols() != layer.cols()) {
      throw new AdapterFormatException.WrongShape(
          String.format(
              "base layer expected [%d, %d] but found [%d, %d] (%s in %s)",
              layer.rows(),
              layer.cols(),
              weight.rows(),
              weight.cols(),
              layer.module(),
              base.directory()));
    }
    return weight;
  }

  private static void requireNumbers(TensorEntry entry, Checkpoint base)
      throws AdapterFormatException {
    if (!entry.dtype().isFloat() && entry.dtype() != DType.F64) {
      throw new AdapterFormatException.WrongBase(
          String.format(
              "base tensor expected F64, F32, F16 or BF16 but found %s: a quantised base cannot be"
                  + " merged into (%s in %s)",
              entry.dtype(), entry.name(), base.directory()));
    }
  }

  private static void requireDistinct(
      Map<String, Change> changes, Map<String, NamedTensor> replacements, Checkpoint base)
      throws AdapterFormatException {
    for (String name : changes.keySet()) {
      if (replacements.containsKey(name)) {
        throw new AdapterFormatException.WrongBase(
            String.format(
                "base expected one tensor for each parameter but found %s both adapted and replaced"
                    + " (%s)",
                name, base.directory()));
      }
    }
  }

  /** Tells whether a head of another size than the base's comes along. */
  boolean resizes(TensorEntry entry) {
    NamedTensor tensor = replacements.get(entry.name());
    return tensor != null
        && !Arrays.equals(
            tensor.shape(), entry.shape().stream().mapToLong(Long::longValue).toArray());
  }
}
