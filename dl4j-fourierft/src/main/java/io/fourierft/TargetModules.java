package io.fourierft;

import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Which modules get a delta, by PEFT's matching rules. */
public sealed interface TargetModules {

  /**
   * Whether a module is meant.
   *
   * @param module its full path
   * @return true if it gets a delta
   */
  boolean matches(String module);

  /**
   * A list: a module matches if its path is one of the names or ends with a dot and one of them.
   *
   * @param names such as {@code query}
   */
  record Suffixes(List<String> names) implements TargetModules {
    public Suffixes {
      names = List.copyOf(names);
      if (names.isEmpty()) {
        throw new IllegalArgumentException("target modules expected at least one but found none");
      }
    }

    @Override
    public boolean matches(String module) {
      return names.stream().anyMatch(name -> module.equals(name) || module.endsWith("." + name));
    }
  }

  /**
   * A regular expression that the whole path must match.
   *
   * @param expression such as {@code .*layer\.[0-3]\..*query}
   */
  record Expression(String expression) implements TargetModules {
    public Expression {
      try {
        Pattern.compile(expression);
      } catch (PatternSyntaxException e) {
        throw new IllegalArgumentException(
            "target modules expected a regular expression but found " + expression, e);
      }
    }

    @Override
    public boolean matches(String module) {
      return Pattern.matches(expression, module);
    }
  }

  /**
   * Targets by exact name or suffix.
   *
   * @param names such as {@code query}, {@code value}
   * @return the rule
   */
  static TargetModules of(String... names) {
    return new Suffixes(List.of(names));
  }

  /**
   * The modules that match.
   *
   * @param modules all module paths of a model
   * @return those that match, in the same order; never empty
   */
  default List<String> select(List<String> modules) {
    List<String> selected = modules.stream().filter(this::matches).toList();
    if (selected.isEmpty()) {
      throw new IllegalArgumentException(
          "target modules expected to match one of "
              + modules.size()
              + " linear modules but matched none with "
              + this
              + "; nearest: "
              + nearest(modules));
    }
    return selected;
  }

  private String nearest(List<String> modules) {
    List<String> wanted =
        this instanceof Suffixes suffixes
            ? suffixes.names()
            : List.of(((Expression) this).expression());
    Comparator<String> closeness =
        Comparator.comparingInt(
            module ->
                wanted.stream().mapToInt(name -> distance(name, tail(module))).min().orElseThrow());
    return String.join(", ", modules.stream().sorted(closeness).limit(3).toList());
  }

  private static String tail(String module) {
    return module.substring(module.lastIndexOf('.') + 1);
  }

  /** Levenshtein distance. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int above = row[j];
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(change, 1 + Math.min(above, row[j - 1]));
        diagonal = above;
      }
    }
    return row[b.length()];
  }
}
