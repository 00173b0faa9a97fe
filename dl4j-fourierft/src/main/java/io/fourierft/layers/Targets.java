package io.fourierft.layers;

import io.fourierft.FourierOptions;
import io.fourierft.ModuleNames;
import io.fourierft.ModuleShape;
import io.fourierft.TargetModules;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;

/** The weights of a network that can get a delta, and their names. */
final class Targets {
  private Targets() {}

  /**
   * A weight that can get a delta.
   *
   * @param site its layer
   * @param weight the weight
   * @param module its name in adapters: the layer's, with the weight's where a layer has several
   */
  record Target(Host.Site site, WeightMatrix weight, String module) {

    ModuleShape shape() {
      return new ModuleShape(module, weight.rows(), weight.cols(), kind());
    }

    private ModuleShape.Kind kind() {
      if (site.running() instanceof IOutputLayer) {
        return ModuleShape.Kind.OUTPUT_HEAD;
      }
      Layer layer = bare(site);
      return layer instanceof DenseLayer || layer instanceof SelfAttentionLayer
          ? ModuleShape.Kind.LINEAR
          : ModuleShape.Kind.OTHER;
    }
  }

  /** All weights of a network that can get a delta, by their names. */
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

  static List<ModuleShape> shapes(List<Host.Site> sites) {
    return all(sites).values().stream().map(Target::shape).toList();
  }

  /** A layer without our wrapper. */
  static Layer bare(Host.Site site) {
    return site.configuration() instanceof FourierFtLayer adapted
        ? adapted.getUnderlying()
        : site.configuration();
  }

  /**
   * Settings whose targets are modules, where the user named layers by number or layers of several
   * weights. A layer that is named and cannot be adapted is refused.
   */
  static FourierOptions resolved(List<Host.Site> sites, FourierOptions options) {
    TargetModules targets = options.targets();
    if (targets.names() instanceof ModuleNames.AllLinear) {
      return options;
    }
    TargetModules named =
        targets.names() instanceof ModuleNames.Suffixes list
            ? named(sites, targets, list)
            : targets;
    for (Host.Site site : sites) {
      if (named.matches(site.name()) && WeightMatrix.of(bare(site)).isEmpty()) {
        throw new IllegalArgumentException(Refusals.kind(bare(site)));
      }
    }
    return options.withTargets(named);
  }

  private static TargetModules named(
      List<Host.Site> sites, TargetModules targets, ModuleNames.Suffixes list) {
    List<String> names =
        list.names().stream().flatMap(name -> modules(sites, name)).distinct().toList();
    return new TargetModules(
        new ModuleNames.Suffixes(names),
        targets.excluded(),
        targets.layers(),
        targets.layersPattern());
  }

  private static Stream<String> modules(List<Host.Site> sites, String name) {
    for (Host.Site site : sites) {
      List<WeightMatrix> weights = WeightMatrix.of(bare(site));
      if (name.equals(site.name()) || name.equals(site.index())) {
        return weights.size() > 1
            ? weights.stream().map(weight -> site.name() + "." + weight.key())
            : Stream.of(site.name());
      }
      if (name.startsWith(site.index() + ".")) {
        return Stream.of(site.name() + name.substring(site.index().length()));
      }
    }
    return Stream.of(name);
  }
}
