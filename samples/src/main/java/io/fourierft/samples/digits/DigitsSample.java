package io.fourierft.samples.digits;

import io.fourierft.FourierOptions;
import io.fourierft.TargetModules;
import io.fourierft.samples.digits.DigitsPipeline.Outcome;
import io.fourierft.samples.digits.DigitsPipeline.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Shows FourierFT in a Deeplearning4j pipeline. Without arguments it draws its digits; with two
 * directories it trains on MNIST's test set (the first, with {@code t10k-images-idx3-ubyte.gz}) and
 * fine-tunes on UCI's digits (the second, with {@code optdigits.tra}).
 */
public final class DigitsSample {
  /** Fits the dense network of the sample. */
  static final FourierOptions DENSE =
      FourierOptions.of(TargetModules.of("hidden1", "hidden2")).withNFrequency(500).withScaling(20);

  /** Fits the convolutional network of the sample. */
  static final FourierOptions CONVOLUTIONAL =
      FourierOptions.of(TargetModules.of("conv1", "conv2", "hidden"))
          .withNFrequency(100)
          .withScaling(20);

  private DigitsSample() {}

  /**
   * Runs both networks.
   *
   * @param args none, or the directories of MNIST and of UCI's digits
   * @throws IOException if the digits cannot be read, or a network not saved
   */
  public static void main(String[] args) throws IOException {
    Split first = args.length == 2 ? mnist(Path.of(args[0])) : drawn(DrawnDigits.Style.UPRIGHT);
    Split second = args.length == 2 ? opt(Path.of(args[1])) : drawn(DrawnDigits.Style.LEANING);
    Path directory = Files.createTempDirectory("digits");
    print(
        "dense",
        new DigitsPipeline(DigitNetworks.dense(), DENSE, directory).run(first, second, 3, 8));
    print(
        "convolutional",
        new DigitsPipeline(DigitNetworks.convolutional(), CONVOLUTIONAL, directory)
            .run(first, second, 2, 5));
    System.out.println("networks       " + directory);
  }

  private static void print(String name, Outcome outcome) {
    System.out.printf(
        Locale.ROOT,
        "%-14s %.1f %% on the first digits, %.1f %% on the others; %.1f %% after training %,d"
            + " numbers of %,d%n",
        name,
        100 * outcome.source(),
        100 * outcome.before(),
        100 * outcome.after(),
        outcome.trained(),
        outcome.adapted().numParams());
  }

  static Split drawn(DrawnDigits.Style style) {
    return drawn(style, 1500, 500);
  }

  static Split drawn(DrawnDigits.Style style, int train, int test) {
    return new Split(DrawnDigits.draw(style, train, 1), DrawnDigits.draw(style, test, 2));
  }

  static Split mnist(Path directory) throws IOException {
    Digits all =
        DigitFiles.mnist(
            directory.resolve("t10k-images-idx3-ubyte.gz"),
            directory.resolve("t10k-labels-idx1-ubyte.gz"),
            4000);
    return new Split(all.range(0, 3000), all.range(3000, all.count()));
  }

  static Split opt(Path directory) throws IOException {
    return new Split(
        DigitFiles.opt(directory.resolve("optdigits.tra"), 1500),
        DigitFiles.opt(directory.resolve("optdigits.tes"), 1000));
  }
}
