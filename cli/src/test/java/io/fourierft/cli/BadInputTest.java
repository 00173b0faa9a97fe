package io.fourierft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each kind of bad input: one line, the right exit code, nothing left behind. */
class BadInputTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "quickstart --epochs 0|--epochs expected 1 or more but found 0",
        "quickstart --epochs many|--epochs",
        "quickstart --examples -1|--examples expected 1 or more but found -1",
        "quickstart --name a//b|repository name expected",
        "quickstart --hub nonsense|hub URI expected dir:PATH, hf:, https://HOST or oci:",
        "classify a-cat|--adapter",
        "classify --adapter x|TEXT",
        "classify --adapter x --top 0 a-cat|--top expected 1 or more but found 0",
        "classify --adapter ../x a-cat|namespace expected"
      })
  void wrongUsageIsToldInOneLine(String command, String message) {
    CommandRun run = CommandRun.of(command.split(" "));

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines()).singleElement().asString().contains(message).contains("--help");
  }

  @Test
  void aMissingDataFileIsNamed() {
    Path file = folder.resolve("none.tsv");

    assertFails(quickstart(file), "file expected to exist but found none (" + file + ")");
  }

  @Test
  void aBrokenLineOfADataFileIsNamed() throws IOException {
    Path file = folder.resolve("broken.tsv");
    Files.writeString(file, "a\tone\n".repeat(9) + "no tab\n");

    assertFails(
        quickstart(file),
        "line expected label TAB text but found \"no tab\" (" + file + ", line 10)");
  }

  @Test
  void aTextInADataFileThatIsTooLongIsNamed() throws IOException {
    Path file = folder.resolve("long.tsv");
    Files.writeString(file, "a\tone\nb\ttwo\n".repeat(7) + "a\t" + "word ".repeat(600) + "\n");

    CommandRun run = quickstart(file);

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err().lines())
        .singleElement()
        .asString()
        .contains("text expected at most 512 tokens but found 602", file + ", line 15");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void aHubThatIsAFileIsNamed() throws IOException {
    Path hub = Files.writeString(folder.resolve("hub"), "");

    CommandRun run = CommandRun.of("classify", "--hub", "dir:" + hub, "--adapter", "x", "a cat");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err().lines()).singleElement().asString().contains(hub.toString());
  }

  @Test
  void resumingWithoutAnInterruptedRunIsRefused() {
    CommandRun run =
        CommandRun.of(
            "quickstart",
            "--fast",
            "--resume",
            "--hub",
            "dir:" + folder.resolve("hub"),
            "--output",
            folder.resolve("out").toString());

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err().lines()).singleElement().asString().contains("checkpoint to resume from");
    assertThat(folder).isEmptyDirectory();
  }

  private CommandRun quickstart(Path data) {
    return CommandRun.of(
        "quickstart",
        "--data",
        data.toString(),
        "--hub",
        "dir:" + folder.resolve("hub"),
        "--output",
        folder.resolve("out").toString());
  }

  private void assertFails(CommandRun run, String message) {
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err().lines()).containsExactly("fourierft: " + message);
    assertThat(folder.resolve("out")).doesNotExist();
    assertThat(folder.resolve("hub")).doesNotExist();
  }
}
