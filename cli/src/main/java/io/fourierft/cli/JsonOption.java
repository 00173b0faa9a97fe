package io.fourierft.cli;

import picocli.CommandLine.Option;

/** Whether a command prints for programs. */
final class JsonOption {
  @Option(names = "--json", description = "Print the result as JSON.")
  private boolean json;

  boolean isOn() {
    return json;
  }
}
