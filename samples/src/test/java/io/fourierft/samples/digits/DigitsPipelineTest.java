package io.fourierft.samples.digits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fourierft.samples.digits.DigitsPipeline.Outcome;
import io.fourierft.samples.digits.DigitsPipeline.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DigitsPipelineTest {
  @TempDir private Path directory;

  private static void assertBetter(Outcome outcome, double source, double gain) {
    assertThat(outcome.source()).as("accuracy on the first digits").isGreaterThan(source);
    assertThat(outcome.after())
        .as("accuracy on the others, %s before", outcome.before())
        .isGreaterThan(outcome.before() + gain);
    assertBaseUntouched(outcome.base(), outcome.adapted());
  }

  private static void assertBaseUntouched(MultiLayerNetwork base, MultiLayerNetwork adapted) {
    base.paramTable()
        .forEach(
            (key, value) ->
                assertThat(adapted.getParam(key).dup('c').data().asFloat())
                    .as(key)
                    .containsExactly(value.dup('c').data().asFloat()));
  }

  @Test
  void aDenseNetworkLearnsToReadOtherDrawnDigits() throws IOException {
    Outcome outcome =
        new DigitsPipeline(DigitNetworks.dense(), DigitsSample.DENSE, directory)
            .run(
                DigitsSample.drawn(DrawnDigits.Style.UPRIGHT),
                DigitsSample.drawn(DrawnDigits.Style.LEANING),
                3,
                5);
    assertThat(outcome.trained()).isEqualTo(1000);
    assertBetter(outcome, 0.9, 0.1);
  }

  @Test
  void aConvolutionalNetworkLearnsToReadOtherDrawnDigits() throws IOException {
    Outcome outcome =
        new DigitsPipeline(DigitNetworks.convolutional(), DigitsSample.CONVOLUTIONAL, directory)
            .run(
                DigitsSample.drawn(DrawnDigits.Style.UPRIGHT, 500, 150),
                DigitsSample.drawn(DrawnDigits.Style.LEANING, 300, 150),
                5,
                4);
    assertThat(outcome.trained()).isEqualTo(300);
    assertBetter(outcome, 0.8, 0.05);
  }

  @Test
  void aNetworkTrainedOnMnistLearnsToReadOptdigits() throws IOException {
    Path data = Path.of(System.getProperty("fourierft.data", "missing"));
    Path mnist = data.resolve("mnist-t10k");
    Path opt = data.resolve("uci-optdigits");
    assumeTrue(
        Files.isDirectory(mnist) && Files.isDirectory(opt),
        "skipped: no mnist-t10k and uci-optdigits under " + data);
    Split second = DigitsSample.opt(opt);
    Outcome outcome =
        new DigitsPipeline(DigitNetworks.dense(), DigitsSample.DENSE, directory)
            .run(DigitsSample.mnist(mnist), second, 3, 8);
    assertBetter(outcome, 0.85, 0.05);
  }

  @Test
  void theReadmeShowsThisCode() throws IOException {
    Path source = Path.of("src/main/java/io/fourierft/samples/digits/DigitsPipeline.java");
    String shown =
        Files.readAllLines(source).stream()
            .dropWhile(line -> !line.contains("README begins"))
            .skip(1)
            .takeWhile(line -> !line.contains("README ends"))
            .map(line -> line.isEmpty() ? line : line.substring(4))
            .collect(Collectors.joining("\n"));
    assertThat(Path.of("../README.md")).content().contains("```java\n" + shown + "\n```");
  }

  @Test
  void brokenFilesAreNamed() throws IOException {
    Path file = Files.writeString(directory.resolve("optdigits.tra"), "1 2 3\n");
    assertThatThrownBy(() -> DigitFiles.opt(file, 10))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("fields expected 65 but found 3")
        .hasMessageContaining("optdigits.tra");
  }
}
