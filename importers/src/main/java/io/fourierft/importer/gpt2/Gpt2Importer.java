package io.fourierft.importer.gpt2;

import io.fourierft.importer.Head;
import io.fourierft.importer.ModelAssembly;
import io.fourierft.importer.PretrainedModel;
import io.fourierft.importer.weights.WeightSource;
import java.io.IOException;

/** Makes GPT-2 models out of weight files. */
public final class Gpt2Importer {
  private Gpt2Importer() {}

  /**
   * Loads a model. A classifier that the file lacks is initialised from seed 0.
   *
   * @param source the weights
   * @param config sizes and options
   * @param head what the model answers with
   * @return the model; the caller closes it
   * @throws IOException if the file cannot be read or does not fit the configuration
   */
  public static PretrainedModel load(WeightSource source, Gpt2Config config, Head head)
      throws IOException {
    return ModelAssembly.load(
        source, config, head, Gpt2Names.of(config, head), Gpt2Network.of(config, head));
  }
}
