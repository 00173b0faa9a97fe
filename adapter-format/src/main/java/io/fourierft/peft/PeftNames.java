package io.fourierft.peft;

import java.util.Comparator;
import java.util.function.Predicate;

/** Tensor keys of adapter_model.safetensors and the names of modules and parameters. */
final class PeftNames {
  private static final String PREFIX = "base_model.model.";
  private static final String SPECTRUM = ".fourierft_spectrum";
  private static final String ORIGINAL = ".original_module.";
  private static final String SAVED = ".modules_to_save.default.";
  private static final String BIAS = ".bias";

  /** Names with numbers by value: layer 2 before layer 10. */
  static final Comparator<String> NATURAL = PeftNames::compareNaturally;

  private PeftNames() {}

  static boolean isSpectrum(String key) {
    return key.endsWith(SPECTRUM);
  }

  /**
   * Tells whether a tensor is a copy that PEFT saves with {@code bias="all"} beside a module
   * trained in full: its bias once more, and that of the module it replaced.
   */
  static boolean isCopy(String key, Predicate<String> others) {
    int at = key.indexOf(ORIGINAL);
    if (at >= 0) {
      return others.test(key.substring(0, at) + "." + key.substring(at + ORIGINAL.length()));
    }
    at = key.indexOf(SAVED);
    return at >= 0 && others.test(key.substring(0, at) + "." + key.substring(at + SAVED.length()));
  }

  /** Returns the module of a spectrum. */
  static String module(String key) {
    return stripped(key.substring(0, key.length() - SPECTRUM.length()));
  }

  /** Returns the parameter of any other tensor. */
  static String parameter(String key) {
    return stripped(key)
        .replace(".base_layer.", ".")
        .replace(SAVED, ".")
        .replace(".modules_to_save.", ".");
  }

  private static String stripped(String key) {
    return key.startsWith(PREFIX) ? key.substring(PREFIX.length()) : key;
  }

  static String spectrumKey(String module) {
    return PREFIX + module + SPECTRUM;
  }

  static String parameterKey(String parameter) {
    return PREFIX + parameter;
  }

  /** Returns the key of the bias of an adapted layer. */
  static String adaptedBiasKey(String module) {
    return PREFIX + module + ".base_layer" + BIAS;
  }

  static boolean isBias(String parameter) {
    return parameter.endsWith(BIAS);
  }

  /** Returns the module a parameter belongs to; empty if it belongs to the model itself. */
  static String owner(String parameter) {
    int dot = parameter.lastIndexOf('.');
    return dot < 0 ? "" : parameter.substring(0, dot);
  }

  private static int compareNaturally(String a, String b) {
    int i = 0;
    int j = 0;
    while (i < a.length() && j < b.length()) {
      int endA = numberEnd(a, i);
      int endB = numberEnd(b, j);
      int order;
      if (endA > i && endB > j) {
        order = compareNumbers(a.substring(i, endA), b.substring(j, endB));
        i = endA;
        j = endB;
      } else {
        order = Character.compare(a.charAt(i++), b.charAt(j++));
      }
      if (order != 0) {
        return order;
      }
    }
    int rest = Integer.compare(a.length() - i, b.length() - j);
    return rest != 0 ? rest : a.compareTo(b);
  }

  private static int numberEnd(String text, int start) {
    int end = start;
    while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
      end++;
    }
    return end;
  }

  private static int compareNumbers(String a, String b) {
    String first = a.replaceFirst("^0+(?=.)", "");
    String second = b.replaceFirst("^0+(?=.)", "");
    int byLength = Integer.compare(first.length(), second.length());
    return byLength != 0 ? byLength : first.compareTo(second);
  }
}
