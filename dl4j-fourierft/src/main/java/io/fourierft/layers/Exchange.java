package io.fourierft.layers;

import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterLayer;
import io.fourierft.adapter.NamedTensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Turns adapters of a network into files and back. */
final class Exchange {
  private Exchange() {}

  /** Builder with one adapter's coefficients and everything else that is trained. */
  static Adapter.Builder builder(Host<?> host, String name, LayerAdapter settings) {
    Adapter.Builder builder =
        Adapter.builder().rule(settings.entryRule()).scaling(settings.scaling());
    for (Targets.Target target : Targets.all(host.sites()).values()) {
      for (INDArray coefficients : target.spectra(part -> part.name().equals(name))) {
        builder.addLayer(
            new AdapterLayer(
                target.module(),
                target.weight().rows(),
                target.weight().cols(),
                floats(coefficients)));
      }
    }
    tensors(host)
        .forEach(
            (key, value) -> builder.addTensor(new NamedTensor(key, value.shape(), floats(value))));
    return builder;
  }

  private static float[] floats(INDArray array) {
    try (INDArray flat = array.dup('c')) {
      return flat.reshape(flat.length()).toFloatVector();
    }
  }

  /** What is trained in full: biases set free, and layers that are not frozen. */
  static Map<String, INDArray> tensors(Host<?> host) {
    Map<String, INDArray> tensors = new LinkedHashMap<>();
    for (Host.Site site : host.sites()) {
      if (site.hasParameters()) {
        Set<String> spectra =
            site.configuration() instanceof FourierFtLayer layer
                ? layer.spectra().keySet()
                : Set.of();
        site.running()
            .paramTable()
            .forEach(
                (key, value) -> {
                  if (site.trains(key) && !spectra.contains(key)) {
                    tensors.put(site.name() + "." + key, value);
                  }
                });
      }
    }
    return tensors;
  }

  /** What an adapter from a file has in each layer. */
  static Map<String, LayerAdapter> parts(Host<?> host, int id, String name, Adapter adapter) {
    Map<String, Targets.Target> targets = Targets.all(host.sites());
    Map<String, Map<String, Integer>> spectra = new LinkedHashMap<>();
    for (AdapterLayer layer : adapter.layers()) {
      Targets.Target target = requireTarget(targets, layer);
      spectra
          .computeIfAbsent(target.site().name(), site -> new HashMap<>())
          .put(target.weight().key(), layer.n());
    }
    requireTensors(host, adapter);
    Map<String, LayerAdapter> parts = new LinkedHashMap<>();
    spectra.forEach(
        (site, n) ->
            parts.put(
                site,
                new LayerAdapter(
                    id, name, RuleText.of(adapter.rule()), adapter.scaling(), n, false)));
    return parts;
  }

  private static Targets.Target requireTarget(
      Map<String, Targets.Target> targets, AdapterLayer layer) {
    Targets.Target target = targets.get(layer.module());
    require(target != null, "adapter layer", targets.keySet(), layer.module());
    require(
        layer.rows() == target.weight().rows() && layer.cols() == target.weight().cols(),
        layer.module() + " shape",
        List.of(target.weight().rows(), target.weight().cols()),
        List.of(layer.rows(), layer.cols()));
    return target;
  }

  private static void requireTensors(Host<?> host, Adapter adapter) {
    Map<String, INDArray> tensors = tensors(host);
    for (NamedTensor tensor : adapter.tensors()) {
      INDArray value = tensors.get(tensor.name());
      require(value != null, "adapter tensor", tensors.keySet(), tensor.name());
      require(
          Arrays.equals(value.shape(), tensor.shape()),
          tensor.name() + " shape",
          Arrays.toString(value.shape()),
          Arrays.toString(tensor.shape()));
    }
  }

  /** Checks that an adapter has the layers, entries and scaling of one in the network. */
  static void check(Host<?> host, String name, LayerAdapter settings, Adapter adapter) {
    require(
        adapter.rule().equals(settings.entryRule()),
        "entry rule",
        settings.entryRule(),
        adapter.rule());
    require(
        adapter.scaling() == settings.scaling(), "scaling", settings.scaling(), adapter.scaling());
    Map<String, Targets.Target> targets = Targets.all(host.sites());
    Set<String> missing = new LinkedHashSet<>();
    targets.forEach(
        (module, target) -> {
          if (!target.spectra(part -> part.name().equals(name)).isEmpty()) {
            missing.add(module);
          }
        });
    Set<String> own = Set.copyOf(missing);
    for (AdapterLayer layer : adapter.layers()) {
      Targets.Target target = requireTarget(targets, layer);
      require(own.contains(layer.module()), "adapter layer", own, layer.module());
      long n = target.spectra(part -> part.name().equals(name)).get(0).length();
      require(layer.n() == n, layer.module() + " n_frequency", n, layer.n());
      missing.remove(layer.module());
    }
    require(missing.isEmpty(), "adapter layers", own, "no " + String.join(", ", missing));
    requireTensors(host, adapter);
  }

  /** Copies an adapter that was checked. */
  static void load(Host<?> host, String name, Adapter adapter) {
    Map<String, Targets.Target> targets = Targets.all(host.sites());
    for (AdapterLayer layer : adapter.layers()) {
      targets
          .get(layer.module())
          .spectra(part -> part.name().equals(name))
          .forEach(coefficients -> assign(coefficients, layer.coefficients()));
    }
    Map<String, INDArray> tensors = tensors(host);
    adapter.tensors().forEach(tensor -> assign(tensors.get(tensor.name()), tensor.data()));
  }

  private static void assign(INDArray target, float[] values) {
    try (INDArray source = Nd4j.createFromArray(values)) {
      target.assign(source.reshape('c', target.shape()));
    }
  }

  /** The weighted sum of adapters that share entries, scaling and layers. */
  static Adapter combined(AdaptedNetwork<?> network, Map<String, Double> weights) {
    if (weights.isEmpty()) {
      throw new IllegalArgumentException("adapters to combine expected at least one");
    }
    List<String> names = List.copyOf(weights.keySet());
    Adapter first = network.toAdapter(names.get(0)).build();
    Map<String, double[]> sums = new LinkedHashMap<>();
    for (String name : names) {
      Adapter one = network.toAdapter(name).build();
      require(one.rule().equals(first.rule()), name + " entry rule", first.rule(), one.rule());
      require(one.scaling() == first.scaling(), name + " scaling", first.scaling(), one.scaling());
      require(shapes(one).equals(shapes(first)), name + " layers", shapes(first), shapes(one));
      for (AdapterLayer layer : one.layers()) {
        double[] sum = sums.computeIfAbsent(layer.module(), module -> new double[layer.n()]);
        float[] values = layer.coefficients();
        for (int l = 0; l < sum.length; l++) {
          sum[l] += weights.get(name) * values[l];
        }
      }
    }
    return first.toBuilder()
        .layers(
            first.layers().stream()
                .map(
                    layer ->
                        new AdapterLayer(
                            layer.module(),
                            layer.rows(),
                            layer.cols(),
                            narrowed(sums.get(layer.module()))))
                .toList())
        .build();
  }

  private static Map<String, Integer> shapes(Adapter adapter) {
    Map<String, Integer> shapes = new LinkedHashMap<>();
    adapter.layers().forEach(layer -> shapes.put(layer.module(), layer.n()));
    return shapes;
  }

  private static float[] narrowed(double[] values) {
    float[] floats = new float[values.length];
    for (int l = 0; l < values.length; l++) {
      floats[l] = (float) values[l];
    }
    return floats;
  }

  private static void require(boolean holds, String what, Object expected, Object found) {
    if (!holds) {
      throw new IllegalArgumentException(
          what + " expected " + expected + " but found " + found + " (adapter)");
    }
  }
}
