package io.fourierft.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Checks of options: what is wrong here is wrong usage. */
final class Usage {
  private Usage() {}

  /** Parses the value of an option. */
  static <T> T of(CommandSpec spec, Supplier<T> parse) {
    try {
      return parse.get();
    } catch (IllegalArgumentException wrong) {
      throw new ParameterException(spec.commandLine(), wrong.getMessage(), wrong);
    }
  }

  /** The fault of a command line. */
  static ParameterException wrong(CommandSpec spec, String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  /** Parses a list of token ids. */
  static int[] ids(CommandSpec spec, String text) {
    String[] parts = text.replaceAll("[\\[\\]\\s]", "").split(",");
    try {
      return Arrays.stream(parts).mapToInt(Integer::parseUnsignedInt).toArray();
    } catch (NumberFormatException wrong) {
      throw new ParameterException(
          spec.commandLine(), "token ids expected such as 1,403,407 but found " + text, wrong);
    }
  }

  /** Refuses numbers below 1. */
  static void positive(CommandSpec spec, String option, int value) {
    if (value < 1) {
      throw new ParameterException(
          spec.commandLine(), option + " expected 1 or more but found " + value);
    }
  }

  /** Refuses a file to write in a directory that does not exist, before any work is done. */
  static void writable(CommandSpec spec, String option, Path file) {
    Path directory = file.toAbsolutePath().getParent();
    if (directory == null || !Files.isDirectory(directory)) {
      throw new ParameterException(
          spec.commandLine(),
          option + " expected a file in an existing directory but found " + file);
    }
  }
}
