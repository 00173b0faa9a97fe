package io.fourierft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fourierft.adapter.AdapterFileInfo;
import io.fourierft.adapter.AdapterFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** {@code quickstart --fast} as a user runs it, once, and what it leaves behind. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QuickStartCommandTest {
  private static final Pattern ACCURACY = Pattern.compile("accuracy +(\\d+\\.\\d) % of 500");
  private static final Pattern PROBING = Pattern.compile("probing +(\\d+\\.\\d) % with the head");

  private Path folder;
  private CommandRun run;

  @BeforeAll
  void runIt(@TempDir Path temporary) {
    folder = temporary;
    run =
        CommandRun.of(
            "quickstart", "--fast", "--hub", hub(), "--output", folder.resolve("out").toString());
  }

  private String hub() {
    return "dir:" + folder.resolve("hub");
  }

  @Test
  void itLearnsMoreThanAHeadAloneDoes() {
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    // Measured: 74.6 and 70.0.
    assertThat(number(ACCURACY)).isGreaterThan(71);
    assertThat(number(PROBING)).isGreaterThan(66).isLessThan(number(ACCURACY));
  }

  @Test
  void theAdapterIsSmall() throws IOException {
    AdapterFileInfo info = AdapterFiles.verify(folder.resolve("out/adapter.fft"));

    assertThat(info.coefficientBytes()).isEqualTo(12_000 * 4);
    assertThat(info.size() - info.tensorBytes()).isLessThan(50_000);
  }

  @Test
  void theFetchedAdapterPredictsTheSame() {
    assertThat(run.out()).contains("500 of 500 predictions identical");
  }

  @Test
  void theReportShowsTheResult() {
    assertThat(folder.resolve("out/report.html"))
        .content()
        .contains("test accuracy", "linear probing", "encoder.layer.", "data:image/png;base64,")
        .doesNotContain("<script");
  }

  @Test
  void theOutputIsPlainLinesWhereThereIsNoTerminal() {
    assertThat(run.out())
        .doesNotContain("\r", "\u001b")
        .contains("fine-tuning     step 6 of 63, loss");
  }

  @Test
  void theAdapterAnswersByItsName() {
    CommandRun classified =
        CommandRun.of(
            "classify",
            "--hub",
            hub(),
            "--adapter",
            "quickstart",
            "--top",
            "2",
            "a large striped cat");

    assertThat(classified.err()).isEmpty();
    assertThat(classified.out().lines())
        .hasSize(3)
        .element(1)
        .asString()
        .matches("  noun\\.animal +\\d+\\.\\d %");
  }

  @Test
  void aTextThatIsTooLongIsRefusedInOneLine() {
    CommandRun refused =
        CommandRun.of("classify", "--hub", hub(), "--adapter", "quickstart", "word ".repeat(600));

    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.out()).isEmpty();
    assertThat(refused.err().lines())
        .singleElement()
        .asString()
        .contains("text expected at most 512 tokens but found 602");
  }

  @Test
  void anUnknownAdapterIsToldInOneLine() {
    CommandRun unknown =
        CommandRun.of("classify", "--hub", hub(), "--adapter", "nobody/nothing", "a cat");

    assertThat(unknown.code()).isEqualTo(1);
    assertThat(unknown.err().lines()).singleElement().asString().contains("nobody/nothing");
  }

  private double number(Pattern pattern) {
    Matcher matcher = pattern.matcher(run.out());
    assertThat(matcher.find()).as(run.out()).isTrue();
    return Double.parseDouble(matcher.group(1));
  }
}
