package io.fourierft.layers;

import io.fourierft.AdapterSpec;
import io.fourierft.FourierOptions;
import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.BiasMode;
import io.fourierft.adapter.NamedTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;

/** Lays out networks with adapters. */
final class Attachment {
  private Attachment() {}

  /** Wrappers for all layers of a plain network that have parameters. */
  static Map<String, FourierFtLayer> frozen(Host<?> plain, IUpdater updater) {
    if (plain.type() != DataType.FLOAT && plain.type() != DataType.DOUBLE) {
      throw new IllegalArgumentException(
          "network data type expected FLOAT or DOUBLE but found " + plain.type());
    }
    Map<String, FourierFtLayer> frozen = new LinkedHashMap<>();
    Set<String> names = new HashSet<>();
    for (Host.Site site : plain.sites()) {
      if (!names.add(site.name())) {
        throw new IllegalArgumentException(
            "layer names expected distinct but found " + site.name() + " twice");
      }
      if (site.configuration() instanceof FourierFtLayer) {
        throw new IllegalArgumentException(
            "network expected to have no adapters but found some (layer " + site.name() + ")");
      }
      if (site.hasParameters() && !(site.configuration() instanceof FrozenLayer)) {
        frozen.put(
            site.name(), FourierFtLayer.frozen(site.configuration().clone()).withUpdater(updater));
      }
    }
    return frozen;
  }

  /** The wrappers of a network. */
  static Map<String, FourierFtLayer> wrapped(Host<?> host) {
    Map<String, FourierFtLayer> layers = new LinkedHashMap<>();
    for (Host.Site site : host.sites()) {
      if (site.configuration() instanceof FourierFtLayer layer) {
        layers.put(site.name(), layer);
      }
    }
    return layers;
  }

  /** What an adapter has in each layer, coefficients alone. */
  static Map<String, LayerAdapter> parts(Host<?> host, int id, String name, AdapterSpec spec) {
    Map<String, Targets.Target> targets = Targets.all(host.sites());
    Map<String, Map<String, Integer>> spectra = new LinkedHashMap<>();
    spec.layers()
        .forEach(
            (module, entries) ->
                spectra
                    .computeIfAbsent(targets.get(module).site().name(), layer -> new HashMap<>())
                    .put(targets.get(module).weight().key(), entries.size()));
    AdapterSettings settings = AdapterSettings.of(spec);
    Map<String, LayerAdapter> parts = new LinkedHashMap<>();
    spectra.forEach((layer, n) -> parts.put(layer, LayerAdapter.resting(id, name, settings, n)));
    return parts;
  }

  /** Adds what settings train in full: modules to save, and biases. */
  static Map<String, LayerAdapter> withFull(
      Host<?> host, int id, String name, FourierOptions options, Map<String, LayerAdapter> parts) {
    Map<String, LayerAdapter> all = new LinkedHashMap<>(parts);
    for (Host.Site site : host.sites()) {
      List<String> keys = full(site, options, parts.keySet());
      if (site.hasParameters() && !keys.isEmpty()) {
        all.merge(
            site.name(),
            LayerAdapter.resting(id, name, AdapterSettings.of(options), Map.of())
                .withFull(lengths(site, keys)),
            (own, full) -> own.withFull(full.full()));
      }
    }
    return all;
  }

  private static List<String> full(Host.Site site, FourierOptions options, Set<String> adapted) {
    Layer layer = Targets.bare(site);
    if (!site.hasParameters() || layer instanceof FrozenLayer) {
      return List.of();
    }
    if (options.saves(site.name() + ".all")) {
      if (layer instanceof BatchNormalization) {
        throw new IllegalArgumentException(
            "modules_to_save expected layers without running statistics but found"
                + " BatchNormalization ("
                + site.name()
                + ")");
      }
      return layer.initializer().paramKeys(layer);
    }
    boolean bias =
        options.bias() == BiasMode.ALL
            || options.bias() == BiasMode.ADAPTED && adapted.contains(site.name());
    return bias ? layer.initializer().biasKeys(layer) : List.of();
  }

  private static Map<String, Long> lengths(Host.Site site, List<String> keys) {
    Map<String, Long> lengths = new LinkedHashMap<>();
    keys.forEach(key -> lengths.put(key, site.running().getParam(key).length()));
    return lengths;
  }

  /** Adds what an adapter from a file trained in full. */
  static Map<String, LayerAdapter> withFull(
      Host<?> host, int id, String name, Adapter adapter, Map<String, LayerAdapter> parts) {
    Map<String, LayerAdapter> all = new LinkedHashMap<>(parts);
    AdapterSpec spec = AdapterSpec.of(adapter, Targets.shapes(host.sites()));
    for (Host.Site site : host.sites()) {
      List<String> keys = new ArrayList<>();
      for (NamedTensor tensor : adapter.tensors()) {
        if (site.owns(tensor.name())) {
          keys.add(tensor.name().substring(site.name().length() + 1));
        }
      }
      if (!keys.isEmpty()) {
        all.merge(
            site.name(),
            LayerAdapter.resting(id, name, AdapterSettings.of(spec), Map.of())
                .withFull(lengths(site, keys)),
            (own, full) -> own.withFull(full.full()));
      }
    }
    return all;
  }

  /** Refuses tensors that are none of the network's parameters, or have another shape. */
  static void requireTensors(Host<?> host, Adapter adapter) {
    Map<String, INDArray> known = new LinkedHashMap<>();
    for (Host.Site site : host.sites()) {
      Layer layer = Targets.bare(site);
      if (site.hasParameters() && !(layer instanceof BatchNormalization)) {
        layer
            .initializer()
            .paramKeys(layer)
            .forEach(key -> known.put(site.name() + "." + key, site.running().getParam(key)));
      }
    }
    for (NamedTensor tensor : adapter.tensors()) {
      INDArray value = known.get(tensor.name());
      if (value == null || !Arrays.equals(value.shape(), tensor.shape())) {
        throw new IllegalArgumentException(
            "adapter tensor expected "
                + (value == null ? "one of " + known.keySet() : Arrays.toString(value.shape()))
                + " but found "
                + tensor.name()
                + " "
                + Arrays.toString(tensor.shape()));
      }
    }
  }

  /**
   * Lays a network out anew.
   *
   * @param host the network so far
   * @param wrapped its frozen and adapted layers
   * @param more an adapter to add; may be empty
   */
  static <M extends Model> Host<M> laidOut(
      Host<M> host, Map<String, FourierFtLayer> wrapped, Map<String, LayerAdapter> more) {
    Map<String, FourierFtLayer> layers = new LinkedHashMap<>(wrapped);
    more.forEach(
        (name, adapter) -> layers.computeIfPresent(name, (k, layer) -> with(layer, adapter)));
    Set<String> trained =
        host.sites().stream()
            .filter(Host.Site::hasParameters)
            .filter(site -> moves(site, layers))
            .map(Host.Site::name)
            .collect(Collectors.toSet());
    Set<String> below = host.below(trained);
    Map<String, Layer> configurations = new LinkedHashMap<>();
    layers.forEach(
        (name, layer) -> configurations.put(name, layer.withBottom(below.contains(name))));
    return host.with(configurations);
  }

  private static FourierFtLayer with(FourierFtLayer layer, LayerAdapter adapter) {
    List<LayerAdapter> all = new ArrayList<>(layer.adapters());
    all.add(adapter);
    return layer.withAdapters(all);
  }

  private static boolean moves(Host.Site site, Map<String, FourierFtLayer> layers) {
    FourierFtLayer layer = layers.get(site.name());
    return layer == null
        ? !(site.configuration() instanceof FrozenLayer)
        : layer.biasTrained() || !layer.adapters().isEmpty();
  }
}
