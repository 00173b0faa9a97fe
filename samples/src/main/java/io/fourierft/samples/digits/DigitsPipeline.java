package io.fourierft.samples.digits;

import io.fourierft.FourierFt;
import io.fourierft.FourierOptions;
import io.fourierft.layers.AdaptedNetwork;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * Trains a network on digits of one kind, saves it, loads it, and fine-tunes it with FourierFT on
 * digits of another kind: DL4J's own calls, and one of ours.
 *
 * @param configuration the network
 * @param options the method's settings
 * @param directory where the networks are saved
 */
record DigitsPipeline(
    MultiLayerConfiguration configuration, FourierOptions options, Path directory) {
  private static final int BATCH = 25;

  /**
   * What came of it. The networks stay open.
   *
   * @param source accuracy on the digits that the network was trained on
   * @param before accuracy on the others, before fine-tuning
   * @param after accuracy on the others, after fine-tuning, saving and loading
   * @param trained numbers that fine-tuning moved
   * @param base the network before
   * @param adapted the network after
   */
  record Outcome(
      double source,
      double before,
      double after,
      long trained,
      MultiLayerNetwork base,
      MultiLayerNetwork adapted) {}

  /**
   * Digits to train and to test on.
   *
   * @param train to train on
   * @param test to test on
   */
  record Split(Digits train, Digits test) {}

  Outcome run(Split first, Split second, int baseEpochs, int tuneEpochs) throws IOException {
    File baseFile = directory.resolve("base.zip").toFile();
    MultiLayerNetwork trained = new MultiLayerNetwork(configuration);
    trained.init();
    trained.fit(first.train().batches(BATCH), baseEpochs);
    trained.save(baseFile, true);

    MultiLayerNetwork base = MultiLayerNetwork.load(baseFile, false);
    double source = base.evaluate(first.test().batches(500)).accuracy();
    double before = base.evaluate(second.test().batches(500)).accuracy();

    // README begins
    AdaptedNetwork<MultiLayerNetwork> adapted = FourierFt.attach(base, options);
    adapted.network().fit(second.train().batches(BATCH), tuneEpochs);
    File adaptedFile = directory.resolve("adapted.zip").toFile();
    adapted.network().save(adaptedFile, true);

    MultiLayerNetwork loaded = MultiLayerNetwork.load(adaptedFile, true);
    double after = loaded.evaluate(second.test().batches(500)).accuracy();
    // README ends
    return new Outcome(source, before, after, adapted.parameterCount().trainable(), base, loaded);
  }
}
