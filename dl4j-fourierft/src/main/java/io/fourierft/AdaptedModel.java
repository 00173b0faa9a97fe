package io.fourierft;

import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterLayer;
import io.fourierft.adapter.NamedTensor;
import io.fourierft.adapter.SpectrumInit;
import io.fourierft.delta.Delta;
import io.fourierft.delta.SpectralWeight;
import io.fourierft.engine.Linear;
import io.fourierft.engine.Parameters;
import io.fourierft.spectral.Entries;
import io.fourierft.train.Trainable;
import io.fourierft.train.Tuning;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * A model with a FourierFT delta over each target module. All coefficients are one vector, of which
 * each module sees its part. For one thread at a time.
 */
public final class AdaptedModel implements Tuning {
  private final Parameters parameters;
  private final FourierOptions options;
  private final List<String> head;
  private final INDArray coefficients; // [modules * n]
  private final INDArray gradient; // [modules * n]
  private final Map<List<Integer>, Delta> deltas = new LinkedHashMap<>();
  private final Map<String, Module> modules = new LinkedHashMap<>();

  private record Module(
      Linear linear, Entries entries, INDArray coefficients, SpectralWeight weight) {}

  private AdaptedModel(
      List<Linear> targets, Parameters parameters, FourierOptions options, List<String> head) {
    this.parameters = parameters;
    this.options = options;
    this.head = List.copyOf(head);
    long count = (long) targets.size() * options.nFrequency();
    this.coefficients = Nd4j.zeros(parameters.type(), count);
    this.gradient = Nd4j.zeros(parameters.type(), count);
    for (Linear linear : targets) {
      Entries entries = Entries.of(options.rule(), linear.out(), linear.in(), options.nFrequency());
      modules.put(linear.module(), module(linear, entries, modules.size()));
    }
    if (options.init() == SpectrumInit.GAUSSIAN) {
      gaussian();
    }
    head.forEach(parameters::train);
    modules.forEach((name, module) -> parameters.replace(name, module.weight()));
  }

  static AdaptedModel attach(
      List<Linear> linears, Parameters parameters, FourierOptions options, List<String> head) {
    Map<String, Linear> byName =
        linears.stream()
            .collect(
                Collectors.toMap(
                    Linear::module, Function.identity(), (a, b) -> a, LinkedHashMap::new));
    List<Linear> targets =
        options.targets().select(List.copyOf(byName.keySet())).stream()
            .filter(module -> !head.contains(module + ".weight"))
            .map(byName::get)
            .toList();
    for (Linear linear : targets) {
      long cells = (long) linear.out() * linear.in();
      if (options.nFrequency() > cells) {
        throw new IllegalArgumentException(
            "n_frequency expected at most "
                + cells
                + " but found "
                + options.nFrequency()
                + " ("
                + linear.module()
                + ")");
      }
    }
    return new AdaptedModel(targets, parameters, options, head);
  }

  private Module module(Linear linear, Entries entries, int index) {
    int n = options.nFrequency();
    Delta delta =
        deltas.computeIfAbsent(
            List.of(linear.out(), linear.in()),
            shape -> Delta.of(entries, options.delta(), parameters.type()));
    INDArray part = part(coefficients, index, n);
    SpectralWeight weight =
        SpectralWeight.of(
            linear,
            parameters.value(linear.weight()),
            delta,
            options.scaling(),
            part,
            part(gradient, index, n));
    return new Module(linear, entries, part, weight);
  }

  private static INDArray part(INDArray whole, int index, int n) {
    return whole.get(NDArrayIndex.interval((long) index * n, (long) (index + 1) * n));
  }

  private void gaussian() {
    SplittableRandom random = new SplittableRandom(options.initSeed());
    double[] values = new double[(int) coefficients.length()];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextGaussian();
    }
    try (INDArray start = Nd4j.createFromArray(values)) {
      coefficients.assign(start);
    }
  }

  /**
   * Paths of the adapted modules.
   *
   * @return the modules, in the model's order
   */
  public List<String> modules() {
    return List.copyOf(modules.keySet());
  }

  /**
   * Number of trainable spectral coefficients.
   *
   * @return modules times n
   */
  public long coefficientCount() {
    return coefficients.length();
  }

  /**
   * Number of parameters trained in full.
   *
   * @return elements of the head
   */
  public long headCount() {
    return head.stream().mapToLong(name -> parameters.value(name).length()).sum();
  }

  /**
   * Entries of a module.
   *
   * @param module its path
   * @return where its coefficients stand
   */
  public Entries entries(String module) {
    return module(module).entries();
  }

  /**
   * The weight change of a module as it is now.
   *
   * @param module its path
   * @return a new array {@code [out, in]}; the caller closes it
   */
  public INDArray delta(String module) {
    return module(module).weight().delta();
  }

  private Module module(String name) {
    Module module = modules.get(name);
    if (module == null) {
      throw new IllegalArgumentException(
          "adapted module expected one of " + modules.keySet() + " but found " + name);
    }
    return module;
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }

  @Override
  public List<Trainable> trainables() {
    List<Trainable> all = new ArrayList<>();
    all.add(new Trainable("spectrum", Trainable.Group.SPECTRUM, coefficients, gradient));
    for (String name : head) {
      INDArray headGradient = parameters.gradient(name).orElseThrow();
      all.add(new Trainable(name, Trainable.Group.HEAD, parameters.value(name), headGradient));
    }
    return all;
  }

  @Override
  public void updated() {
    modules.values().forEach(module -> module.weight().changed());
  }

  /**
   * The coefficients and the head as they are now, in a builder that takes base model, task and
   * provenance.
   *
   * @return a builder with everything this model knows
   */
  public Adapter.Builder toAdapter() {
    Adapter.Builder builder =
        Adapter.builder()
            .rule(options.rule())
            .basis(options.delta().basis())
            .basisSeed(options.delta().basisSeed())
            .scaling(options.scaling())
            .init(options.init());
    modules.forEach(
        (name, module) ->
            builder.addLayer(
                new AdapterLayer(
                    name,
                    module.linear().out(),
                    module.linear().in(),
                    floats(module.coefficients()))));
    for (String name : head) {
      INDArray value = parameters.value(name);
      builder.addTensor(new NamedTensor(name, value.shape(), floats(value)));
    }
    return builder;
  }

  private static float[] floats(INDArray array) {
    return array.reshape(-1).toFloatVector();
  }

  /**
   * Takes coefficients and head over from an adapter. Nothing changes unless all of it fits.
   *
   * @param adapter an adapter of the same modules, rule and scaling
   */
  public void load(Adapter adapter) {
    AdapterFit.check(adapter, options, modules.keySet(), this::linear, parameters);
    for (AdapterLayer layer : adapter.layers()) {
      assign(module(layer.module()).coefficients(), layer.coefficients());
    }
    for (NamedTensor tensor : adapter.tensors()) {
      assign(parameters.value(tensor.name()), tensor.data());
    }
    updated();
  }

  private Linear linear(String module) {
    return module(module).linear();
  }

  private static void assign(INDArray target, float[] values) {
    try (INDArray source = Nd4j.createFromArray(values)) {
      target.assign(source.reshape(target.shape()));
    }
  }

  @Override
  public void release() {
    modules.values().forEach(module -> module.weight().release());
    deltas.values().forEach(Delta::release);
  }

  @Override
  public void close() {
    modules.keySet().forEach(parameters::restore);
    modules.values().forEach(module -> module.weight().close());
    deltas.values().forEach(Delta::close);
    coefficients.close();
    gradient.close();
  }
}
