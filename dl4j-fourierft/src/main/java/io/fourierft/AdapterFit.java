package io.fourierft;

import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterLayer;
import io.fourierft.adapter.Basis;
import io.fourierft.adapter.NamedTensor;
import io.fourierft.delta.DeltaOptions;
import io.fourierft.engine.Linear;
import io.fourierft.engine.Parameters;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Function;

/** Checks that an adapter belongs over a model before anything of it is loaded. */
final class AdapterFit {
  private AdapterFit() {}

  static void check(
      Adapter adapter,
      FourierOptions options,
      Set<String> modules,
      Function<String, Linear> linears,
      Parameters parameters) {
    require(adapter.rule().equals(options.rule()), "entry rule", options.rule(), adapter.rule());
    DeltaOptions delta = options.delta();
    require(adapter.basis() == delta.basis(), "basis", delta.basis(), adapter.basis());
    require(
        adapter.basis() == Basis.FOURIER || adapter.basisSeed() == delta.basisSeed(),
        "basis seed",
        delta.basisSeed(),
        adapter.basisSeed());
    require(
        adapter.scaling() == options.scaling(), "scaling", options.scaling(), adapter.scaling());
    Set<String> missing = new LinkedHashSet<>(modules);
    for (AdapterLayer layer : adapter.layers()) {
      require(modules.contains(layer.module()), "adapter layer", modules, layer.module());
      missing.remove(layer.module());
      Linear linear = linears.apply(layer.module());
      require(
          layer.rows() == linear.out() && layer.cols() == linear.in(),
          layer.module() + " shape",
          "[" + linear.out() + ", " + linear.in() + "]",
          "[" + layer.rows() + ", " + layer.cols() + "]");
      require(
          layer.n() == options.nFrequency(),
          layer.module() + " n_frequency",
          options.nFrequency(),
          layer.n());
    }
    require(missing.isEmpty(), "adapter layers", modules, "no " + String.join(", ", missing));
    for (NamedTensor tensor : adapter.tensors()) {
      long[] shape = parameters.value(tensor.name()).shape();
      require(
          Arrays.equals(shape, tensor.shape()),
          tensor.name() + " shape",
          Arrays.toString(shape),
          Arrays.toString(tensor.shape()));
    }
  }

  private static void require(boolean holds, String what, Object expected, Object found) {
    if (!holds) {
      throw new IllegalArgumentException(
          what + " expected " + expected + " but found " + found + " (adapter)");
    }
  }
}
