package io.fourierft.importer.llama;

import io.fourierft.importer.Head;
import io.fourierft.importer.ModelAssembly;
import io.fourierft.importer.PretrainedModel;
import io.fourierft.importer.weights.WeightSource;
import java.io.IOException;

/** Makes LLaMA models out of weight files. */
public final class LlamaImporter {
  private LlamaImporter() {}

  /**
   * Loads a model. A classifier that the file lacks is initialised from seed 0.
   *
   * @param source the weights
   * @param config sizes and options
   * @param head what the model answers with
   * @return the model; the caller closes it
   * @throws IOException if the file cannot be read or does not fit the configuration
   */
  public static PretrainedModel load(WeightSource source, LlamaConfig config, Head head)
      throws IOException {
    return ModelAssembly.load(
        source, config, head, LlamaNames.of(config, head), LlamaNetwork.of(config, head));
  }
}
