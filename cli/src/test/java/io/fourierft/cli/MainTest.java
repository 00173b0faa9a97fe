package io.fourierft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
  @Test
  void helpNamesTheCommandsAndTheExitCodes() {
    CommandRun run = CommandRun.of("--help");

    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("doctor", "Exit codes: 0 done, 1 failed, 2 wrong usage.");
    assertThat(run.err()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "quickstart",
        "classify",
        "inspect",
        "convert",
        "verify",
        "diff",
        "push",
        "pull",
        "list",
        "show",
        "history",
        "tag",
        "rm",
        "table1",
        "figure7",
        "doctor"
      })
  void everyCommandExplainsItself(String command) {
    CommandRun run = CommandRun.of(command, "--help");

    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("Usage: fourierft " + command);
  }

  @Test
  void versionNamesTheBuildAndWhatItRunsOn() {
    CommandRun run = CommandRun.of("--version");

    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("fourierft 0.", "ND4J 1.0.0", "JDK ");
  }

  @Test
  void noCommandIsWrongUsageAndSaysSoInOneLine() {
    CommandRun run = CommandRun.of();

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err().lines())
        .containsExactly("fourierft: command expected but found none (see fourierft --help)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--nonsense", "nonsense"})
  void unknownWordsAreWrongUsageAndSaidSoInOneLine(String word) {
    CommandRun run = CommandRun.of(word);

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err().lines()).singleElement().asString().contains(word).contains("--help");
  }
}
