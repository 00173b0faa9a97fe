package io.fourierft;

import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** A way to name modules, as PEFT's configurations do: a list, an expression, or all of a kind. */
public sealed interface ModuleNames {

  /**
   * Whether a module is named in any way.
   *
   * @param module its full path
   * @return true if it is
   */
  boolean matches(String module);

  /**
   * Whether a module is named by its whole path.
   *
   * @param module its full path
   * @return true if it is
   */
  default boolean exactly(String module) {
    return false;
  }

  /**
   * What was asked for, to be compared with the names there are.
   *
   * @return the names or the expression
   */
  List<String> wanted();

  /**
   * A list: a module matches if its path is one of the names or ends with a dot and one of them.
   *
   * @param names such as {@code query}
   */
  record Suffixes(List<String> names) implements ModuleNames {
    public Suffixes {
      names = List.copyOf(names);
      if (names.isEmpty() || names.contains("")) {
        throw new IllegalArgumentException(
            "module names expected at least one and none empty but found " + names);
      }
    }

    @Override
    public boolean matches(String module) {
      return names.stream().anyMatch(name -> module.equals(name) || module.endsWith("." + name));
    }

    @Override
    public boolean exactly(String module) {
      return names.contains(module);
    }

    @Override
    public List<String> wanted() {
      return names;
    }
  }

  /**
   * A regular expression that the whole path must match.
   *
   * @param expression such as {@code .*layer\.[0-3]\..*query}
   */
  record Expression(String expression) implements ModuleNames {
    public Expression {
      requireExpression("module names", expression);
    }

    @Override
    public boolean matches(String module) {
      return Pattern.matches(expression, module);
    }

    @Override
    public List<String> wanted() {
      return List.of(expression);
    }
  }

  /** Every linear module except the output head: PEFT's {@code all-linear}. */
  record AllLinear() implements ModuleNames {
    @Override
    public boolean matches(String module) {
      return true;
    }

    @Override
    public List<String> wanted() {
      return List.of("all-linear");
    }
  }

  /** Refuses what is no regular expression. */
  static void requireExpression(String what, String expression) {
    try {
      Pattern.compile(expression);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          what + " expected a regular expression but found " + expression, e);
    }
  }
}
