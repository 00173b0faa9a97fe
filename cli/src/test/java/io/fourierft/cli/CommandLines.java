package io.fourierft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** Runs commands for tests in other packages. */
public final class CommandLines {
  private CommandLines() {}

  /** Expects one line on the error stream with all the texts, exit code 1, and no result. */
  public static void assertFails(List<String> command, String... texts) {
    CommandRun run = CommandRun.of(command.toArray(String[]::new));
    assertThat(run.code()).as(command + " " + run.out()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines())
        .singleElement()
        .asString()
        .startsWith("fourierft: ")
        .contains(texts);
  }
}
