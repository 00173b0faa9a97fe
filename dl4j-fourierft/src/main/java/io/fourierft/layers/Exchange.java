package io.fourierft.layers;

import io.fourierft.AdapterSpec;
import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterLayer;
import io.fourierft.adapter.NamedTensor;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Moves the numbers of one adapter between a network and elsewhere. */
final class Exchange {
  private Exchange() {}

  /** Coefficients by module. */
  static Map<String, INDArray> coefficients(Host<?> host, String name) {
    Map<String, INDArray> found = new LinkedHashMap<>();
    for (Targets.Target target : Targets.all(host.sites()).values()) {
      for (LayerAdapter part : target.site().adapters(name)) {
        if (part.spectra().containsKey(target.weight().key())) {
          found.put(
              target.module(),
              target.site().running().getParam(part.spectrum(target.weight().key())));
        }
      }
    }
    return found;
  }

  /** Copies that are trained in full, by the name of the parameter that each stands in for. */
  static Map<String, INDArray> tensors(Host<?> host, String name) {
    Map<String, INDArray> found = new LinkedHashMap<>();
    for (Host.Site site : host.sites()) {
      for (LayerAdapter part : site.adapters(name)) {
        for (String key : part.full().keySet()) {
          found.put(site.name() + "." + key, site.running().getParam(part.full(key)));
        }
      }
    }
    return found;
  }

  /** Sets coefficients to their start, and copies to what they stand in for. */
  static void start(Host<?> host, String name, AdapterSpec spec, long seed) {
    Map<String, double[]> start = spec.start(seed);
    coefficients(host, name)
        .forEach(
            (module, values) -> {
              try (INDArray source = Nd4j.createFromArray(start.get(module))) {
                values.assign(source);
              }
            });
    for (Host.Site site : host.sites()) {
      for (LayerAdapter part : site.adapters(name)) {
        for (String key : part.full().keySet()) {
          site.running().getParam(part.full(key)).assign(site.running().getParam(key));
        }
      }
    }
  }

  static Adapter.Builder builder(Host<?> host, String name, AdapterSpec spec) {
    Adapter.Builder builder =
        Adapter.builder()
            .rule(spec.rule())
            .basis(spec.delta().basis())
            .basisSeed(spec.delta().basisSeed())
            .scaling(spec.scaling())
            .init(spec.init())
            .bias(spec.bias());
    coefficients(host, name)
        .forEach(
            (module, values) ->
                builder.addLayer(
                    new AdapterLayer(
                        module,
                        spec.layers().get(module).rows(),
                        spec.layers().get(module).cols(),
                        floats(values))));
    tensors(host, name)
        .forEach(
            (tensor, value) ->
                builder.addTensor(new NamedTensor(tensor, value.shape(), floats(value))));
    return builder;
  }

  private static float[] floats(INDArray array) {
    try (INDArray flat = array.dup('c')) {
      return flat.reshape(flat.length()).toFloatVector();
    }
  }

  /** Copies the numbers of an adapter that is known to fit. */
  static void load(Host<?> host, String name, Adapter adapter) {
    Map<String, INDArray> coefficients = coefficients(host, name);
    for (AdapterLayer layer : adapter.layers()) {
      assign(coefficients.get(layer.module()), layer.coefficients());
    }
    Map<String, INDArray> tensors = tensors(host, name);
    adapter.tensors().forEach(tensor -> assign(tensors.get(tensor.name()), tensor.data()));
  }

  private static void assign(INDArray target, float[] values) {
    try (INDArray source = Nd4j.createFromArray(values)) {
      target.assign(source.reshape('c', target.shape()));
    }
  }
}
