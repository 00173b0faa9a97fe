package io.fourierft.importer.bert;

import io.fourierft.adapter.Fingerprint;
import io.fourierft.importer.Fingerprints;
import io.fourierft.importer.Head;
import io.fourierft.importer.ModelAssembly;
import io.fourierft.importer.PretrainedModel;
import io.fourierft.importer.weights.WeightSource;
import java.io.IOException;

/** Makes BERT and RoBERTa models out of weight files. */
public final class BertImporter {
  private BertImporter() {}

  /**
   * Loads a model. A head that the file lacks is initialised as transformers does, N(0, 0.02) and
   * zero bias, from seed 0.
   *
   * @param source the weights
   * @param config sizes and options
   * @param head what the model answers with
   * @return the model; the caller closes it
   * @throws IOException if the file cannot be read or does not fit the configuration
   */
  public static PretrainedModel load(WeightSource source, BertConfig config, Head head)
      throws IOException {
    return load(source, config, head, 0);
  }

  /**
   * Loads a model.
   *
   * @param source the weights
   * @param config sizes and options
   * @param head what the model answers with
   * @param seed of the numbers that a head gets that the file lacks
   * @return the model; the caller closes it
   * @throws IOException if the file cannot be read or does not fit the configuration
   */
  public static PretrainedModel load(WeightSource source, BertConfig config, Head head, long seed)
      throws IOException {
    BertNames names = BertNames.of(config, head);
    return ModelAssembly.load(source, config, head, names, BertNetwork.of(config, head), seed);
  }

  /**
   * Takes the fingerprint of an encoder, of which one tensor at a time is in memory.
   *
   * @param source the weights
   * @param config sizes and options
   * @return the fingerprint that the loaded encoder has
   * @throws IOException if the file cannot be read or does not fit the configuration
   */
  public static Fingerprint fingerprint(WeightSource source, BertConfig config) throws IOException {
    BertNames names = BertNames.of(config, Head.features());
    return Fingerprints.of(config, names.base(), names::ignorable, names::bare, source);
  }
}
