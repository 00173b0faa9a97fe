package io.fourierft.peft;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** How PEFT matches module paths. Expressions come from files, so their work is bounded. */
final class PeftPatterns {
  private static final int MAX_EXPRESSION = 2000;
  private static final int MAX_STEPS = 1_000_000;

  private PeftPatterns() {}

  /**
   * Tells whether an expression matches a whole module path. An expression that cannot be used, or
   * takes too long, matches nothing.
   */
  static boolean matches(String expression, String module) {
    if (expression.length() > MAX_EXPRESSION) {
      return false;
    }
    try {
      return Pattern.compile(expression).matcher(new Bounded(module, new int[1])).matches();
    } catch (PatternSyntaxException | TooManySteps e) {
      return false;
    }
  }

  /** Tells whether {@code target_modules} names a module: a list of suffixes, or an expression. */
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
