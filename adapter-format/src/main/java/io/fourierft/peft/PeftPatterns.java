package io.fourierft.peft;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** How PEFT matches module paths. Expressions come from files, so their work is bounded. */
final class PeftPatterns {
  private static final int MAX_EXPRESSION = 2000;
  private static final Pattern PYTHON_GROUP =
      Pattern.compile("\\(\\?P([<=])([A-Za-z_][A-Za-z0-9_]*)[>)]");
  private static final int MAX_STEPS = 1_000_000;

  private PeftPatterns() {}

  /**
   * Tells whether an expression matches a whole module path. An expression that cannot be used, or
   * takes too long, matches nothing.
   */
  static boolean matches(String expression, String module) {
    return test(expression, module, Matcher::matches);
  }

  /** Tells whether {@code n_frequency_pattern} means a module by an expression. */
  static boolean counts(String expression, String module) {
    return test(".*\\." + expression + "$", module, Matcher::lookingAt);
  }

  /** Tells whether a module is one that {@code modules_to_save} names, or inside one. */
  static boolean covers(String expression, String module) {
    return test("(^|.*\\.)" + expression + "($|\\..*)", module, Matcher::lookingAt);
  }

  /** Returns the number after what an expression matches at the start of a module path. */
  static OptionalInt number(String expression, String module) {
    int[] found = {-1};
    test(
        expression + "\\.(?<fourierft>[0-9]{1,9})\\.",
        module,
        matcher -> {
          boolean matches = matcher.lookingAt();
          if (matches) {
            found[0] = Integer.parseInt(matcher.group("fourierft"));
          }
          return matches;
        });
    return found[0] < 0 ? OptionalInt.empty() : OptionalInt.of(found[0]);
  }

  private static boolean test(String expression, String module, Predicate<Matcher> test) {
    if (expression.length() > MAX_EXPRESSION) {
      return false;
    }
    try {
      return test.test(compiled(expression).matcher(new Bounded(module, new int[1])));
    } catch (PatternSyntaxException | TooManySteps e) {
      return false;
    }
  }

  /** Compiles an expression of Python's, whose named groups are written differently. */
  private static Pattern compiled(String expression) {
    return Pattern.compile(
        PYTHON_GROUP
            .matcher(expression)
            .replaceAll(
                group -> {
                  String name = "g" + group.group(2).replace("_", "U");
                  String java =
                      group.group(1).equals("<") ? "(?<" + name + ">" : "\\k<" + name + ">";
                  return Matcher.quoteReplacement(java);
                }));
  }

  /** Tells whether a key names a module: a list of suffixes, or an expression. */
  static boolean targets(JsonNode target, String module) {
    if (target.isTextual()) {
      return matches(target.textValue(), module);
    }
    for (JsonNode suffix : target) {
      if (module.equals(suffix.asText()) || module.endsWith("." + suffix.asText())) {
        return true;
      }
    }
    return false;
  }

  /**
   * Tells whether {@code modules_to_save} covers a parameter: one of the modules around it has a
   * name that ends with one of the list, dot or not.
   */
  static boolean saves(JsonNode modules, String parameter) {
    for (int dot = parameter.indexOf('.'); dot >= 0; dot = parameter.indexOf('.', dot + 1)) {
      String module = parameter.substring(0, dot);
      for (JsonNode suffix : modules) {
        if (module.endsWith(suffix.asText())) {
          return true;
        }
      }
    }
    return false;
  }

  private static final class TooManySteps extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooManySteps() {
      super("too many steps", null, false, false);
    }
  }

  /** Text that counts how often it is looked at, which is what a runaway expression does. */
  private record Bounded(CharSequence text, int[] steps) implements CharSequence {
    @Override
    public char charAt(int index) {
      if (++steps[0] > MAX_STEPS) {
        throw new TooManySteps();
      }
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return new Bounded(text.subSequence(start, end), steps);
    }

    @Override
    public String toString() {
      return text.toString();
    }
  }
}
