package io.fourierft.importer.bert;

import io.fourierft.adapter.Fingerprint;
import io.fourierft.engine.Parameters;
import io.fourierft.importer.Fingerprints;
import io.fourierft.importer.FreshWeights;
import io.fourierft.importer.Head;
import io.fourierft.importer.PretrainedModel;
import io.fourierft.importer.weights.ExpectedTensor;
import io.fourierft.importer.weights.WeightLoader;
import io.fourierft.importer.weights.WeightReport;
import io.fourierft.importer.weights.WeightSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

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
    List<ExpectedTensor> expected = new ArrayList<>(names.encoder());
    expected.addAll(names.headTensors());
    WeightReport report = WeightReport.compare(source, expected, names::ignorable);
    Map<String, INDArray> values = WeightLoader.load(source, report);
    Map<String, INDArray> encoder = new LinkedHashMap<>();
    names
        .encoder()
        .forEach(tensor -> encoder.put(names.bare(tensor.name()), values.get(tensor.name())));
    Fingerprint fingerprint = Fingerprints.of(config, encoder);
    values.putAll(FreshWeights.normal(report.fresh(), seed));
    return new PretrainedModel(
        config,
        head,
        BertNetwork.of(config, head),
        Parameters.of(values),
        names.linears(),
        report.fresh().stream().map(ExpectedTensor::name).toList(),
        fingerprint);
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
    return Fingerprints.of(config, names.encoder(), names::ignorable, names::bare, source);
  }
}
