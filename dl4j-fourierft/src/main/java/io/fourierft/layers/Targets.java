package io.fourierft.layers;

import io.fourierft.TargetModules;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Finds the weights of a network that get a delta. */
final class Targets {
  private Targets() {}

  /**
   * A weight that is meant.
   *
   * @param site its layer
   * @param weight the weight
   * @param module its name in adapters: the layer's, with the weight's where a layer has several
   */
  record Target(Host.Site site, WeightMatrix weight, String module) {

    /** Coefficients over the weight, of the adapters that are wanted. */
    List<INDArray> spectra(Predicate<LayerAdapter> wanted) {
      if (!(site.configuration() instanceof FourierFtLayer layer)) {
        return List.of();
      }
      return layer.adapters().stream()
          .filter(wanted)
          .filter(adapter -> adapter.spectra().containsKey(weight.key()))
          .map(adapter -> site.running().getParam(adapter.parameter(weight.key())))
          .toList();
    }
  }

  /** All weights of a network that can get a delta, by their names in adapters. */
  static Map<String, Target> all(List<Host.Site> sites) {
    Map<String, Target> all = new LinkedHashMap<>();
    for (Host.Site site : sites) {
      List<WeightMatrix> weights = WeightMatrix.of(bare(site));
      for (WeightMatrix weight : weights) {
        String module = weights.size() == 1 ? site.name() : site.name() + "." + weight.key();
        all.put(module, new Target(site, weight, module));
      }
    }
    return all;
  }

  private static org.deeplearning4j.nn.conf.layers.Layer bare(Host.Site site) {
    return site.configuration() instanceof FourierFtLayer adapted
        ? adapted.getUnderlying()
        : site.configuration();
  }

  /**
   * The weights that a rule means. A rule may name a layer, its number, or either with a weight's
   * key.
   */
  static List<Target> select(List<Host.Site> sites, TargetModules rule) {
    List<Target> selected = new ArrayList<>();
    Map<String, Target> all = all(sites);
    for (Host.Site site : sites) {
      boolean whole = rule.matches(site.name()) || rule.matches(site.index());
      List<Target> here =
          all.values().stream().filter(target -> target.site().name().equals(site.name())).toList();
      if (whole && here.isEmpty()) {
        throw new IllegalArgumentException(Refusals.kind(bare(site)));
      }
      here.stream()
          .filter(
              target ->
                  whole
                      || rule.matches(site.name() + "." + target.weight().key())
                      || rule.matches(site.index() + "." + target.weight().key()))
          .forEach(selected::add);
    }
    if (selected.isEmpty()) {
      rule.select(List.copyOf(all.keySet()));
    }
    return selected;
  }
}
