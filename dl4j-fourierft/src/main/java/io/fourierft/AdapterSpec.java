package io.fourierft;

import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterLayer;
import io.fourierft.adapter.Basis;
import io.fourierft.adapter.BiasMode;
import io.fourierft.adapter.NamedTensor;
import io.fourierft.adapter.SpectrumInit;
import io.fourierft.delta.DeltaOptions;
import io.fourierft.spectral.Entries;
import io.fourierft.spectral.EntryRule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What an adapter is over one model, all but its numbers: which modules get a delta and which
 * entries of it are trained. Checked as a whole when made, so that a model is changed only by what
 * fits. Immutable.
 *
 * @param rule how the entries are chosen
 * @param scaling factor a of the delta
 * @param init how the coefficients start
 * @param bias which biases are trained along
 * @param delta the basis, and the form to compute with
 * @param layers entries by module, in the model's order; layers of one shape and size share them
 */
public record AdapterSpec(
    EntryRule rule,
    double scaling,
    SpectrumInit init,
    BiasMode bias,
    DeltaOptions delta,
    Map<String, Entries> layers) {

  /**
   * Copies the layers.
   *
   * @param rule how the entries are chosen
   * @param scaling factor a of the delta
   * @param init how the coefficients start
   * @param bias which biases are trained along
   * @param delta the basis, and the form to compute with
   * @param layers entries by module, in the model's order; layers of one shape and size share them
   */
  public AdapterSpec {
    Objects.requireNonNull(rule, "rule");
    Objects.requireNonNull(init, "init");
    Objects.requireNonNull(bias, "bias");
    Objects.requireNonNull(delta, "delta");
    layers = Collections.unmodifiableMap(new LinkedHashMap<>(layers));
  }

  private record Size(int rows, int cols, int n) {}

  /**
   * What settings mean for a model.
   *
   * @param options the settings
   * @param modules the model's modules, in its order
   * @return the adapter
   * @throws IllegalArgumentException if nothing matches, or a layer does not allow the settings
   */
  public static AdapterSpec of(FourierOptions options, List<ModuleShape> modules) {
    Map<Size, Entries> known = new HashMap<>();
    Map<String, Entries> layers = new LinkedHashMap<>();
    for (ModuleShape module : targets(options, modules)) {
      int n = options.nFrequency(module.module());
      check(options, module, n);
      layers.put(
          module.module(),
          known.computeIfAbsent(
              new Size(module.rows(), module.cols(), n),
              size -> entries(options.rule(), module, size.n())));
    }
    return new AdapterSpec(
        options.rule(), options.scaling(), options.init(), options.bias(), options.delta(), layers);
  }

  private static List<ModuleShape> targets(FourierOptions options, List<ModuleShape> modules) {
    boolean all = options.targets().names() instanceof ModuleNames.AllLinear;
    Map<String, ModuleShape> eligible =
        modules.stream()
            .filter(module -> !all || module.kind() == ModuleShape.Kind.LINEAR)
            .filter(module -> !options.covers(module.module()))
            .collect(
                Collectors.toMap(
                    ModuleShape::module, Function.identity(), (a, b) -> a, LinkedHashMap::new));
    return options.targets().select(List.copyOf(eligible.keySet())).stream()
        .map(eligible::get)
        .toList();
  }

  private static void check(FourierOptions options, ModuleShape module, int n) {
    long cells = (long) module.rows() * module.cols();
    if (n > cells) {
      throw new IllegalArgumentException(
          "n_frequency expected at most " + cells + " but found " + n + in(module));
    }
    if (options.rule() instanceof EntryRule.BandPass bandPass) {
      double farthest = Math.hypot(module.rows() / 2, module.cols() / 2);
      if (bandPass.centerFrequency() > farthest) {
        throw new IllegalArgumentException(
            String.format(
                "band-pass centre frequency expected at most %.2f but found %s%s",
                farthest, bandPass.centerFrequency(), in(module)));
      }
    }
  }

  private static Entries entries(EntryRule rule, ModuleShape module, int n) {
    try {
      return Entries.of(rule, module.rows(), module.cols(), n);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(e.getMessage() + in(module), e);
    }
  }

  private static String in(ModuleShape module) {
    return " (" + module.module() + ")";
  }

  /**
   * What an adapter means for a model.
   *
   * @param adapter the adapter
   * @param modules the model's modules, in its order
   * @return the adapter's settings
   * @throws IllegalArgumentException if the model lacks one of its layers or has another shape
   */
  public static AdapterSpec of(Adapter adapter, List<ModuleShape> modules) {
    Map<String, ModuleShape> byName =
        modules.stream()
            .collect(Collectors.toMap(ModuleShape::module, Function.identity(), (a, b) -> a));
    Map<String, AdapterLayer> fitting = new HashMap<>();
    for (AdapterLayer layer : adapter.layers()) {
      ModuleShape module = byName.get(layer.module());
      if (module == null) {
        throw new IllegalArgumentException(
            "adapter layer expected one of "
                + byName.size()
                + " modules but found "
                + layer.module()
                + "; nearest: "
                + String.join(", ", NearestNames.of(List.of(layer.module()), byName.keySet())));
      }
      if (module.rows() != layer.rows() || module.cols() != layer.cols()) {
        throw new IllegalArgumentException(
            String.format(
                "adapter layer expected shape %s but found [%d, %d] (%s)",
                module.shape(), layer.rows(), layer.cols(), layer.module()));
      }
      fitting.put(layer.module(), layer);
    }
    Map<String, Entries> layers = new LinkedHashMap<>();
    for (ModuleShape module : modules) {
      if (fitting.containsKey(module.module())) {
        layers.put(module.module(), adapter.entries(fitting.get(module.module())));
      }
    }
    return new AdapterSpec(
        adapter.rule(),
        adapter.scaling(),
        adapter.init(),
        adapter.bias(),
        DeltaOptions.fourier().withBasis(adapter.basis(), adapter.basisSeed()),
        layers);
  }

  /**
   * Number of coefficients of all layers.
   *
   * @return their sum
   */
  public long coefficientCount() {
    return layers.values().stream().mapToLong(Entries::size).sum();
  }

  /**
   * Coefficients to start from, by {@link #init}.
   *
   * @param seed of the random numbers of a Gaussian start
   * @return one array for each module
   */
  public Map<String, double[]> start(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, double[]> start = new LinkedHashMap<>();
    layers.forEach(
        (module, entries) -> {
          double[] values = new double[entries.size()];
          for (int l = 0; l < values.length && init == SpectrumInit.GAUSSIAN; l++) {
            values[l] = random.nextGaussian();
          }
          start.put(module, values);
        });
    return start;
  }

  /**
   * An adapter of these settings.
   *
   * @param coefficients array by module
   * @param tensors parameters trained in full, by name
   * @return a builder that takes base model, task and provenance
   */
  public Adapter.Builder toAdapter(
      Map<String, INDArray> coefficients, Map<String, INDArray> tensors) {
    Adapter.Builder builder =
        Adapter.builder()
            .rule(rule)
            .basis(delta.basis())
            .basisSeed(delta.basisSeed())
            .scaling(scaling)
            .init(init)
            .bias(bias);
    layers.forEach(
        (module, entries) ->
            builder.addLayer(
                new AdapterLayer(
                    module, entries.rows(), entries.cols(), floats(coefficients.get(module)))));
    tensors.forEach(
        (name, value) -> builder.addTensor(new NamedTensor(name, value.shape(), floats(value))));
    return builder;
  }

  private static float[] floats(INDArray array) {
    return array.reshape(-1).toFloatVector();
  }

  /**
   * Refuses an adapter that cannot take the place of this one's numbers.
   *
   * @param adapter the other adapter
   * @param modules the model's modules
   * @throws IllegalArgumentException if its rule, scaling, layers or numbers of coefficients differ
   */
  public void requireSame(Adapter adapter, List<ModuleShape> modules) {
    AdapterSpec other = of(adapter, modules);
    require(rule.equals(other.rule), "entry rule", rule, other.rule);
    require(delta.basis() == other.delta.basis(), "basis", delta.basis(), other.delta.basis());
    require(
        delta.basis() == Basis.FOURIER || delta.basisSeed() == other.delta.basisSeed(),
        "basis seed",
        delta.basisSeed(),
        other.delta.basisSeed());
    require(scaling == other.scaling, "scaling", scaling, other.scaling);
    List<String> missing = new ArrayList<>(layers.keySet());
    missing.removeAll(other.layers.keySet());
    require(missing.isEmpty(), "adapter layers", layers.keySet(), "no " + missing);
    other.layers.forEach(
        (module, entries) -> {
          require(layers.containsKey(module), "adapter layer", layers.keySet(), module);
          int n = layers.get(module).size();
          require(entries.size() == n, module + " n_frequency", n, entries.size());
        });
  }

  private static void require(boolean holds, String what, Object expected, Object found) {
    if (!holds) {
      throw new IllegalArgumentException(
          what + " expected " + expected + " but found " + found + " (adapter)");
    }
  }
}
