package io.fourierft.cli.model;

import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterFiles;
import io.fourierft.adapter.AdapterLayer;
import io.fourierft.adapter.BaseCheck;
import io.fourierft.adapter.LayerShapes;
import io.fourierft.adapter.NamedTensor;
import io.fourierft.delta.Delta;
import io.fourierft.delta.DeltaOptions;
import io.fourierft.delta.SpectralWeight;
import io.fourierft.engine.Linear;
import io.fourierft.engine.Parameters;
import io.fourierft.importer.PretrainedModel;
import io.fourierft.peft.ModuleSpelling;
import io.fourierft.peft.PeftDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A trained adapter over a loaded model: its weight changes beside the weights, or merged into
 * them, and its fully trained parameters in place of the model's.
 */
final class AdapterOverlay implements AutoCloseable {
  private final PretrainedModel base;
  private final Adapter adapter;
  private final List<AutoCloseable> owned = new ArrayList<>();
  private final Set<String> replaced = new LinkedHashSet<>();

  private AdapterOverlay(PretrainedModel base, Adapter adapter) {
    this.base = base;
    this.adapter = adapter;
  }

  /**
   * Reads an adapter and puts it over a model.
   *
   * @param path an adapter file or a PEFT directory
   * @param base the model; it is changed
   * @param merge whether weight changes are added to the weights once
   * @param weights what to do about a base of other weights
   * @return the overlay; closed before the model
   * @throws IOException if the adapter cannot be read or does not fit
   */
  static AdapterOverlay put(
      Path path, PretrainedModel base, boolean merge, BaseCheck.Weights weights)
      throws IOException {
    LayerShapes shapes = module -> linear(base, module).map(AdapterOverlay::shape);
    Adapter adapter =
        Files.isDirectory(path) ? PeftDirectory.read(path, shapes) : AdapterFiles.read(path);
    BaseCheck.require(adapter, base::fingerprint, shapes, weights, path.toString());
    AdapterOverlay overlay = new AdapterOverlay(base, adapter);
    try {
      adapter.tensors().forEach(tensor -> overlay.assign(tensor, path));
      for (AdapterLayer layer : adapter.layers()) {
        overlay.put(layer, merge);
      }
      return overlay;
    } catch (RuntimeException failure) {
      overlay.close();
      throw failure;
    }
  }

  /** Checkpoints and both generations of transformers may name a module differently. */
  private static Optional<Linear> linear(PretrainedModel base, String module) {
    return base.linears().stream()
        .filter(
            linear ->
                linear.module().equals(module)
                    || Arrays.stream(ModuleSpelling.values())
                        .anyMatch(spelling -> spelling.spell(linear.module()).equals(module)))
        .findFirst();
  }

  private static LayerShapes.Shape shape(Linear linear) {
    return new LayerShapes.Shape(linear.out(), linear.in());
  }

  private void assign(NamedTensor tensor, Path path) {
    Parameters parameters = base.parameters();
    String name = parameterName(tensor.name());
    if (!parameters.names().contains(name)) {
      throw new IllegalArgumentException(
          "adapter expected a model with a parameter "
              + tensor.name()
              + " but found none: is it an adapter for another head? ("
              + path
              + ")");
    }
    INDArray value = parameters.value(name);
    if (!Arrays.equals(value.shape(), tensor.shape())) {
      throw new IllegalArgumentException(
          tensor.name()
              + " expected shape "
              + Arrays.toString(value.shape())
              + " but found "
              + Arrays.toString(tensor.shape())
              + " ("
              + path
              + ")");
    }
    try (INDArray data = Nd4j.createFromArray(tensor.data())) {
      value.assign(data.reshape(value.shape()));
    }
    replaced.add(name);
  }

  /** Names of the model's parameters that have the adapter's numbers instead of their own. */
  Set<String> replaced() {
    return replaced;
  }

  private String parameterName(String name) {
    return Arrays.stream(ModuleSpelling.values())
        .map(spelling -> spelling.spell(name))
        .filter(base.parameters().names()::contains)
        .findFirst()
        .orElse(name);
  }

  private void put(AdapterLayer layer, boolean merge) {
    Linear linear = linear(base, layer.module()).orElseThrow();
    INDArray weight = base.parameters().value(linear.weight());
    DeltaOptions options = DeltaOptions.fourier().withBasis(adapter.basis(), adapter.basisSeed());
    Delta delta = Delta.of(adapter.entries(layer), options, weight.dataType());
    owned.add(delta);
    INDArray coefficients = Nd4j.createFromArray(layer.coefficients()).castTo(weight.dataType());
    owned.add(coefficients);
    SpectralWeight changed =
        SpectralWeight.of(linear, weight, delta, adapter.scaling(), coefficients, coefficients);
    if (!merge) {
      owned.add(changed);
      base.parameters().replace(linear.module(), changed);
      return;
    }
    try (INDArray dense = changed.delta()) { // [out, in]
      weight.addi(linear.layout() == Linear.Layout.OUT_IN ? dense : dense.transpose());
    }
  }

  @Override
  public void close() {
    adapter.layers().stream()
        .flatMap(layer -> linear(base, layer.module()).stream())
        .forEach(linear -> base.parameters().restore(linear.module()));
    for (AutoCloseable each : owned) {
      try {
        each.close();
      } catch (Exception e) {
        throw new IllegalStateException("adapter expected to close but failed", e);
      }
    }
    owned.clear();
  }
}
