package io.fourierft;

import io.fourierft.adapter.Basis;
import io.fourierft.adapter.BiasMode;
import io.fourierft.adapter.SpectrumInit;
import io.fourierft.delta.DeltaOptions;
import io.fourierft.delta.FormKind;
import io.fourierft.spectral.EntryRule;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Settings of the method, with PEFT's defaults where the paper leaves them open. Immutable.
 *
 * @param nFrequency coefficients per adapted layer
 * @param nFrequencyPattern other numbers of coefficients, by name or expression; the first that
 *     matches counts
 * @param scaling factor a of the delta; the paper uses 100 to 300
 * @param rule how the entries are chosen
 * @param init how the coefficients start: zero leaves the model as it is
 * @param initSeed of the random numbers of a Gaussian start
 * @param targets modules that get a delta
 * @param modulesToSave modules that are trained in full instead
 * @param bias which biases are trained along
 * @param delta the basis that the coefficients weight, and the form to compute with
 */
public record FourierOptions(
    int nFrequency,
    Map<String, Integer> nFrequencyPattern,
    double scaling,
    EntryRule rule,
    SpectrumInit init,
    long initSeed,
    TargetModules targets,
    List<String> modulesToSave,
    BiasMode bias,
    DeltaOptions delta) {

  /**
   * Checks the components.
   *
   * @param nFrequency coefficients per adapted layer
   * @param nFrequencyPattern other numbers of coefficients, by name or expression; the first that
   *     matches counts
   * @param scaling factor a of the delta; the paper uses 100 to 300
   * @param rule how the entries are chosen
   * @param init how the coefficients start: zero leaves the model as it is
   * @param initSeed of the random numbers of a Gaussian start
   * @param targets modules that get a delta
   * @param modulesToSave modules that are trained in full instead
   * @param bias which biases are trained along
   * @param delta the basis that the coefficients weight, and the form to compute with
   */
  public FourierOptions {
    Objects.requireNonNull(rule, "rule");
    Objects.requireNonNull(init, "init");
    Objects.requireNonNull(targets, "targets");
    Objects.requireNonNull(bias, "bias");
    Objects.requireNonNull(delta, "delta");
    nFrequencyPattern = Collections.unmodifiableMap(new LinkedHashMap<>(nFrequencyPattern));
    modulesToSave = List.copyOf(modulesToSave);
    positive("n_frequency", nFrequency);
    nFrequencyPattern.forEach(
        (pattern, number) -> {
          ModuleNames.requireExpression("n_frequency_pattern", suffix(pattern));
          positive("n_frequency of " + pattern, number);
        });
    modulesToSave.forEach(
        module -> ModuleNames.requireExpression("modules_to_save", around(module)));
    if (!Double.isFinite(scaling)) {
      throw new IllegalArgumentException("scaling expected a finite number but found " + scaling);
    }
    long seed = seed(rule);
    if (seed < 0) {
      throw new IllegalArgumentException("entry seed expected a number >= 0 but found " + seed);
    }
  }

  private static void positive(String what, int number) {
    if (number <= 0) {
      throw new IllegalArgumentException(what + " expected a positive number but found " + number);
    }
  }

  private static long seed(EntryRule rule) {
    if (rule instanceof EntryRule.Seeded seeded) {
      return seeded.seed();
    }
    return rule instanceof EntryRule.BandPass bandPass ? bandPass.seed() : 0;
  }

  /**
   * 1,000 coefficients, scaling 150, entries from seed 777, zero start, nothing trained in full.
   *
   * @param targets modules that get a delta
   * @return the settings
   */
  public static FourierOptions of(TargetModules targets) {
    return new FourierOptions(
        1000,
        Map.of(),
        150,
        EntryRule.seeded(EntryRule.PEFT_SEED),
        SpectrumInit.ZERO,
        0,
        targets,
        List.of(),
        BiasMode.NONE,
        DeltaOptions.fourier());
  }

  private FourierOptions with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.finished();
  }

  /**
   * Other numbers of coefficients.
   *
   * @param number coefficients per adapted layer
   * @return changed settings
   */
  public FourierOptions withNFrequency(int number) {
    return with(draft -> draft.nFrequency = number);
  }

  /**
   * Other numbers of coefficients for some layers.
   *
   * @param pattern number by a name or expression that the end of a path matches after a dot; of
   *     several, the first in the map's order counts
   * @return changed settings
   */
  public FourierOptions withNFrequencyPattern(Map<String, Integer> pattern) {
    return with(draft -> draft.nFrequencyPattern = pattern);
  }

  /**
   * Another scaling.
   *
   * @param factor factor a of the delta
   * @return changed settings
   */
  public FourierOptions withScaling(double factor) {
    return with(draft -> draft.scaling = factor);
  }

  /**
   * Another choice of entries.
   *
   * @param entries the rule
   * @return changed settings
   */
  public FourierOptions withRule(EntryRule entries) {
    return with(draft -> draft.rule = entries);
  }

  /**
   * A Gaussian start, N(0, 1) as PEFT's default.
   *
   * @param seed of the random numbers
   * @return changed settings
   */
  public FourierOptions withGaussianStart(long seed) {
    return with(
        draft -> {
          draft.init = SpectrumInit.GAUSSIAN;
          draft.initSeed = seed;
        });
  }

  /**
   * Other targets.
   *
   * @param modules that get a delta
   * @return changed settings
   */
  public FourierOptions withTargets(TargetModules modules) {
    return with(draft -> draft.targets = modules);
  }

  /**
   * Modules to train in full, such as a new head. They get no delta.
   *
   * @param modules ends of module paths, as PEFT takes them: {@code classifier} also means {@code
   *     pre_classifier}
   * @return changed settings
   */
  public FourierOptions withModulesToSave(String... modules) {
    return with(draft -> draft.modulesToSave = List.of(modules));
  }

  /**
   * Biases to train along.
   *
   * @param mode which
   * @return changed settings
   */
  public FourierOptions withBias(BiasMode mode) {
    return with(draft -> draft.bias = mode);
  }

  /**
   * Another basis than the Fourier basis, for comparison (the paper's Table 6). PEFT knows no such
   * adapters.
   *
   * @param basis its kind
   * @param seed of a random basis
   * @return changed settings
   */
  public FourierOptions withBasis(Basis basis, long seed) {
    return with(draft -> draft.delta = delta.withBasis(basis, seed));
  }

  /**
   * Another form to compute the delta with than the cheapest.
   *
   * @param form the form
   * @return changed settings
   */
  public FourierOptions withForm(FormKind form) {
    return with(draft -> draft.delta = delta.withForm(form));
  }

  /**
   * Number of coefficients of one layer.
   *
   * @param module its path
   * @return the number that the pattern gives it, otherwise {@link #nFrequency}
   */
  public int nFrequency(String module) {
    for (Map.Entry<String, Integer> entry : nFrequencyPattern.entrySet()) {
      if (Pattern.compile(suffix(entry.getKey())).matcher(module).lookingAt()) {
        return entry.getValue();
      }
    }
    return nFrequencyPattern.getOrDefault(module, nFrequency);
  }

  /**
   * Whether a parameter is trained in full as part of a module to save.
   *
   * @param parameter its full name, such as {@code classifier.weight}
   * @return true if a module around it has a path that ends with one of {@link #modulesToSave}
   */
  public boolean saves(String parameter) {
    for (int dot = parameter.indexOf('.'); dot >= 0; dot = parameter.indexOf('.', dot + 1)) {
      String module = parameter.substring(0, dot);
      if (modulesToSave.stream().anyMatch(module::endsWith)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The parameters that are trained in full: those of the modules to save, and biases.
   *
   * @param parameters full names of a model's parameters, such as {@code classifier.weight}
   * @param adapted paths of the modules that get a delta
   * @return those that train, in the order given
   */
  public Set<String> trained(Collection<String> parameters, Set<String> adapted) {
    Set<String> trained = new LinkedHashSet<>();
    for (String name : parameters) {
      boolean isBias = name.equals("bias") || name.endsWith(".bias");
      boolean along =
          switch (bias) {
            case NONE -> false;
            case ADAPTED -> isBias && adapted.contains(parent(name));
            case ALL -> isBias;
          };
      if (along || saves(name)) {
        trained.add(name);
      }
    }
    return trained;
  }

  private static String parent(String name) {
    return name.substring(0, Math.max(0, name.lastIndexOf('.')));
  }

  /** Whether a module is one to save, or inside one, and so gets no delta. */
  boolean covers(String module) {
    return modulesToSave.stream()
        .anyMatch(name -> Pattern.compile(around(name)).matcher(module).lookingAt());
  }

  private static String suffix(String pattern) {
    return ".*\\." + pattern + "$";
  }

  private static String around(String module) {
    return "(^|.*\\.)" + module + "($|\\..*)";
  }

  /** Settings being changed. */
  private static final class Draft {
    private int nFrequency;
    private Map<String, Integer> nFrequencyPattern;
    private double scaling;
    private EntryRule rule;
    private SpectrumInit init;
    private long initSeed;
    private TargetModules targets;
    private List<String> modulesToSave;
    private BiasMode bias;
    private DeltaOptions delta;

    Draft(FourierOptions from) {
      nFrequency = from.nFrequency;
      nFrequencyPattern = from.nFrequencyPattern;
      scaling = from.scaling;
      rule = from.rule;
      init = from.init;
      initSeed = from.initSeed;
      targets = from.targets;
      modulesToSave = from.modulesToSave;
      bias = from.bias;
      delta = from.delta;
    }

    FourierOptions finished() {
      return new FourierOptions(
          nFrequency,
          nFrequencyPattern,
          scaling,
          rule,
          init,
          initSeed,
          targets,
          modulesToSave,
          bias,
          delta);
    }
  }
}
