package io.fourierft.cli.adapter;

import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.BaseCheck;
import io.fourierft.adapter.Fingerprint;
import io.fourierft.adapter.LayerShapes;
import io.fourierft.checkpoint.CheckpointNames;
import io.fourierft.importer.Importers;
import io.fourierft.importer.weights.TensorInfo;
import io.fourierft.importer.weights.WeightFiles;
import io.fourierft.importer.weights.WeightSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The base model that an adapter is to go over.
 *
 * @param directory its directory
 * @param modelType its family; empty if config.json does not say
 * @param names its tensors
 */
public record BaseAtHand(Path directory, String modelType, CheckpointNames names) {
  /**
   * Looks at a model's configuration and at the names and shapes of its tensors.
   *
   * @param directory its directory
   * @return the model, of which no weight was read
   * @throws IOException if a file is absent or damaged
   */
  public static BaseAtHand open(Path directory) throws IOException {
    String type = Importers.config(directory).text("model_type", "");
    try (WeightSource weights = WeightFiles.open(directory)) {
      Map<String, List<Long>> shapes = new HashMap<>();
      for (TensorInfo info : weights.tensors().values()) {
        shapes.put(info.name(), info.shape());
      }
      return new BaseAtHand(directory, type, CheckpointNames.of(type, shapes));
    }
  }

  /**
   * Returns the shapes of its linear layers.
   *
   * @return the shapes
   */
  public LayerShapes shapes() {
    return names.shapes();
  }

  /**
   * Takes its fingerprint, for which all weights are read, one at a time.
   *
   * @return the fingerprint; unknown if the family is not one that this library computes
   * @throws IOException if the weights cannot be read
   */
  public Fingerprint fingerprint() throws IOException {
    return Importers.families().contains(modelType)
        ? Importers.fingerprint(directory)
        : Fingerprint.unknown();
  }

  /**
   * Refuses an adapter that was made for another base.
   *
   * @param adapter the adapter
   * @param weights what to do about other weights
   * @param where what to call the adapter in messages
   * @throws IOException if the base is another, lacks a layer or has one of another shape
   */
  public void require(Adapter adapter, BaseCheck.Weights weights, String where) throws IOException {
    boolean known = !adapter.baseModel().fingerprint().equals(Fingerprint.unknown());
    Fingerprint found = known ? fingerprint() : Fingerprint.unknown();
    BaseCheck.require(adapter, found, shapes(), weights, where);
  }
}
