package io.fourierft.layers;

import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.samediff.SameDiffLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * DL4J's runtime of SameDiff layers, with parameters that can be replaced (DL4J's own ignores new
 * ones once the table is set) and with the gradient that is due: in 1.0.0-M2.1 the function that
 * takes in the error from above registers it as the output's gradient and is then added to itself,
 * so that every SameDiff layer computes twice its gradients.
 */
@SuppressWarnings(
    "serial") // DL4J calls every layer serializable; configurations are what is saved.
class SwappedSameDiffLayer extends SameDiffLayer {
  SwappedSameDiffLayer(NeuralNetConfiguration configuration, DataType dataType) {
    super(configuration, dataType);
  }

  @Override
  public void setParamTable(Map<String, INDArray> table) {
    this.paramTable = table;
    if (sameDiff != null) {
      table.forEach(
          (key, value) -> sameDiff.associateArrayWithVariable(value, sameDiff.getVariable(key)));
    }
  }

  /** DL4J's own checks the value and drops it. */
  @Override
  public void setParam(String key, INDArray value) {
    super.setParam(key, value);
    paramTable.get(key).assign(value);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    Outside.run(
        () -> {
          if (sameDiff == null) {
            doInit();
          }
          if (!sameDiff.hasGradientFunction()) {
            sameDiff.createGradFunction(INPUT_KEY);
          }
        });
    return super.backpropGradient(doubled() ? epsilon.mul(0.5) : epsilon, workspaces);
  }

  /** Whether the error from above is counted twice. */
  private boolean doubled() {
    String gradient = sameDiff.getFunction("grad").getVariable(outputKey).gradient().name();
    return !gradient.equals(fn.getGradPlaceholderName());
  }
}
