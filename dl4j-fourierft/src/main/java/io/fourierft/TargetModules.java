package io.fourierft;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Which modules get a delta, by PEFT's matching rules: not those that are excluded; those that are
 * named in full; and those named by suffix, as far as the numbers of their layers allow. Immutable.
 *
 * @param names {@code target_modules}
 * @param excluded {@code exclude_modules}, if any
 * @param layers {@code layers_to_transform}: numbers of the layers that get deltas; none means all
 * @param layersPattern {@code layers_pattern}: expressions for the names of the lists that the
 *     numbers count in; none means the first number in a path
 */
public record TargetModules(
    ModuleNames names,
    Optional<ModuleNames> excluded,
    List<Integer> layers,
    List<String> layersPattern) {
  private static final String FIRST_NUMBER = ".*?\\.[^.]*";

  /**
   * Checks the components.
   *
   * @param names {@code target_modules}
   * @param excluded {@code exclude_modules}, if any
   * @param layers {@code layers_to_transform}: numbers of the layers that get deltas; none means
   *     all
   * @param layersPattern {@code layers_pattern}: expressions for the names of the lists that the
   *     numbers count in; none means the first number in a path
   */
  public TargetModules {
    Objects.requireNonNull(names, "names");
    Objects.requireNonNull(excluded, "excluded");
    layers = List.copyOf(layers);
    layersPattern = List.copyOf(layersPattern);
    if (names instanceof ModuleNames.Expression && !layers.isEmpty()) {
      throw new IllegalArgumentException(
          "layers_to_transform expected target modules as a list but found the expression "
              + names.wanted().get(0));
    }
    for (int layer : layers) {
      if (layer < 0) {
        throw new IllegalArgumentException(
            "layers_to_transform expected numbers >= 0 but found " + layer);
      }
    }
    if (layers.isEmpty() && !layersPattern.isEmpty()) {
      throw new IllegalArgumentException(
          "layers_pattern expected layers_to_transform beside it but found only " + layersPattern);
    }
    layersPattern.forEach(
        pattern -> ModuleNames.requireExpression("layers_pattern", inList(pattern)));
  }

  /**
   * Targets by exact name or suffix.
   *
   * @param names such as {@code query}, {@code value}
   * @return the rule
   */
  public static TargetModules of(String... names) {
    return of(new ModuleNames.Suffixes(List.of(names)));
  }

  /**
   * Targets by an expression that the whole path must match.
   *
   * @param expression such as {@code .*layer\.[0-3]\..*query}
   * @return the rule
   */
  public static TargetModules matching(String expression) {
    return of(new ModuleNames.Expression(expression));
  }

  /**
   * Every linear module except the output head: PEFT's {@code all-linear}.
   *
   * @return the rule
   */
  public static TargetModules allLinear() {
    return of(new ModuleNames.AllLinear());
  }

  private static TargetModules of(ModuleNames names) {
    return new TargetModules(names, Optional.empty(), List.of(), List.of());
  }

  /**
   * Leaves modules out.
   *
   * @param names exact names or suffixes
   * @return the changed rule
   */
  public TargetModules excluding(String... names) {
    return excluding(new ModuleNames.Suffixes(List.of(names)));
  }

  /**
   * Leaves modules out.
   *
   * @param expression that the whole path must match
   * @return the changed rule
   */
  public TargetModules excludingMatching(String expression) {
    return excluding(new ModuleNames.Expression(expression));
  }

  private TargetModules excluding(ModuleNames out) {
    return new TargetModules(names, Optional.of(out), layers, layersPattern);
  }

  /**
   * Keeps to layers of these numbers; modules named by their whole path stay.
   *
   * @param numbers from 0
   * @return the changed rule
   */
  public TargetModules inLayers(int... numbers) {
    return new TargetModules(
        names, excluded, IntStream.of(numbers).boxed().toList(), layersPattern);
  }

  /**
   * Says in which lists the numbers of the layers count.
   *
   * @param patterns names or expressions, such as {@code layer}
   * @return the changed rule
   */
  public TargetModules ofLists(String... patterns) {
    return new TargetModules(names, excluded, layers, Arrays.asList(patterns));
  }

  /**
   * Whether a module is meant.
   *
   * @param module its full path
   * @return true if it gets a delta, unless something else keeps it from that
   */
  public boolean matches(String module) {
    if (excluded.isPresent() && excluded.get().matches(module)) {
      return false;
    }
    return names.exactly(module) || names.matches(module) && inLayers(module);
  }

  private boolean inLayers(String module) {
    if (layers.isEmpty()) {
      return true;
    }
    List<String> lists =
        layersPattern.isEmpty()
            ? List.of(FIRST_NUMBER + "\\.(\\d{1,9})\\.")
            : layersPattern.stream().map(TargetModules::inList).toList();
    for (String list : lists) {
      Matcher matcher = Pattern.compile(list).matcher(module);
      if (matcher.lookingAt()) {
        return layers.contains(Integer.parseInt(matcher.group(matcher.groupCount())));
      }
    }
    return false;
  }

  private static String inList(String pattern) {
    return "(?:^|.*?\\.)" + pattern + "\\.(\\d{1,9})\\.";
  }

  /**
   * The modules that match.
   *
   * @param modules all linear module paths of a model
   * @return those that match, in the same order; never empty
   */
  public List<String> select(List<String> modules) {
    List<String> selected = modules.stream().filter(this::matches).toList();
    if (selected.isEmpty()) {
      throw new IllegalArgumentException(
          "target modules expected to match one of "
              + modules.size()
              + " linear modules but matched none with "
              + this
              + "; nearest: "
              + String.join(", ", NearestNames.of(names.wanted(), modules)));
    }
    return selected;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(String.join(", ", names.wanted()));
    excluded.ifPresent(out -> text.append(" without ").append(String.join(", ", out.wanted())));
    if (!layers.isEmpty()) {
      text.append(" in layers ").append(layers);
    }
    if (!layersPattern.isEmpty()) {
      text.append(" of ").append(String.join(", ", layersPattern));
    }
    return text.toString();
  }
}
