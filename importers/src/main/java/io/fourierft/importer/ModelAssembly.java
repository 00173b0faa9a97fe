package io.fourierft.importer;

import io.fourierft.engine.Network;
import io.fourierft.engine.Parameters;
import io.fourierft.importer.weights.ExpectedTensor;
import io.fourierft.importer.weights.WeightLoader;
import io.fourierft.importer.weights.WeightReport;
import io.fourierft.importer.weights.WeightSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Puts a model together: its tensors out of a file, its network, its identity. */
public final class ModelAssembly {
  private ModelAssembly() {}

  /**
   * Loads a model. A head that the file lacks is initialised as transformers does, N(0, 0.02) and
   * zero bias, from seed 0.
   *
   * @param source the weights
   * @param config sizes and options
   * @param head what the model answers with
   * @param tensors its tensors
   * @param network its forward pass
   * @return the model; the caller closes it
   * @throws IOException if the file cannot be read or does not fit the configuration
   */
  public static PretrainedModel load(
      WeightSource source, ModelConfig config, Head head, ModelTensors tensors, Network network)
      throws IOException {
    return load(source, config, head, tensors, network, 0);
  }

  /**
   * Loads a model.
   *
   * @param source the weights
   * @param config sizes and options
   * @param head what the model answers with
   * @param tensors its tensors
   * @param network its forward pass
   * @param seed of the numbers that a head gets that the file lacks
   * @return the model; the caller closes it
   * @throws IOException if the file cannot be read or does not fit the configuration
   */
  public static PretrainedModel load(
      WeightSource source,
      ModelConfig config,
      Head head,
      ModelTensors tensors,
      Network network,
      long seed)
      throws IOException {
    List<ExpectedTensor> expected = new ArrayList<>(tensors.base());
    expected.addAll(tensors.headTensors());
    WeightReport report = WeightReport.compare(source, expected, tensors::ignorable);
    Map<String, INDArray> values = WeightLoader.load(source, report);
    BaseIdentity identity = BaseIdentity.of(config, tensors, report, source, values);
    values.putAll(FreshWeights.normal(report.fresh(), seed));
    return new PretrainedModel(
        config,
        head,
        network,
        Parameters.of(values),
        tensors.linears(),
        report.fresh().stream().map(ExpectedTensor::name).toList(),
        identity);
  }
}
