package io.fourierft.layers;

import io.fourierft.FourierOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.IUpdater;

/** Lays out networks with adapters. */
final class Attachment {
  private Attachment() {}

  /** A copy of a plain network with one adapter, everything else frozen. */
  static <M extends Model> Host<M> attach(Host<M> plain, FourierOptions options, IUpdater updater) {
    if (plain.type() != DataType.FLOAT && plain.type() != DataType.DOUBLE) {
      throw new IllegalArgumentException(
          "network data type expected FLOAT or DOUBLE but found " + plain.type());
    }
    Map<String, FourierFtLayer> frozen = new LinkedHashMap<>();
    for (Host.Site site : plain.sites()) {
      if (site.configuration() instanceof FourierFtLayer) {
        throw new IllegalArgumentException(
            "network expected to have no adapters but found some (layer " + site.name() + ")");
      }
      if (site.hasParameters() && !(site.configuration() instanceof FrozenLayer)) {
        frozen.put(
            site.name(), FourierFtLayer.frozen(site.configuration().clone()).withUpdater(updater));
      }
    }
    Map<String, LayerAdapter> adapter = adapter(plain, 0, AdaptedNetwork.DEFAULT, options, true);
    Host<M> made = laidOut(plain, frozen, adapter);
    Starts.set(made, adapter, options);
    return made;
  }

  /** What an adapter has in each layer. */
  static Map<String, LayerAdapter> adapter(
      Host<?> host, int id, String name, FourierOptions options, boolean active) {
    Map<String, Map<String, Integer>> spectra = new LinkedHashMap<>();
    for (Targets.Target target : Targets.select(host.sites(), options.targets())) {
      int n = options.nFrequency();
      if (n > target.weight().cells()) {
        throw new IllegalArgumentException(
            String.format(
                "n_frequency expected at most %d but found %d (%s)",
                target.weight().cells(), n, target.module()));
      }
      spectra
          .computeIfAbsent(target.site().name(), layer -> new HashMap<>())
          .put(target.weight().key(), n);
    }
    Map<String, LayerAdapter> adapters = new LinkedHashMap<>();
    spectra.forEach(
        (layer, n) ->
            adapters.put(
                layer,
                new LayerAdapter(
                    id, name, RuleText.of(options.rule()), options.scaling(), n, active)));
    return adapters;
  }

  /**
   * Lays a network out anew.
   *
   * @param host the network so far
   * @param frozen its frozen and adapted layers
   * @param more an adapter to add; may be empty
   */
  static <M extends Model> Host<M> laidOut(
      Host<M> host, Map<String, FourierFtLayer> frozen, Map<String, LayerAdapter> more) {
    Map<String, FourierFtLayer> layers = new LinkedHashMap<>(frozen);
    more.forEach((name, adapter) -> layers.compute(name, (key, layer) -> with(layer, adapter)));
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
