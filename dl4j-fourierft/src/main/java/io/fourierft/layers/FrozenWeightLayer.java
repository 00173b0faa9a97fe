package io.fourierft.layers;

import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.autodiff.samediff.array.SingleThreadArrayHolder;
import org.nd4j.autodiff.util.SameDiffUtils;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * The running form of {@link FourierFtDenseLayer}. The frozen weight is a view of the network's
 * parameters, so that it is saved with them, and a constant of the graph, so that it is never
 * differentiated. DL4J keeps room for its gradient in the network's vector; it stays zero.
 */
@SuppressWarnings(
    "serial") // DL4J calls every layer serializable; configurations are what is saved.
final class FrozenWeightLayer extends SwappedSameDiffLayer {
  FrozenWeightLayer(NeuralNetConfiguration configuration, DataType dataType) {
    super(configuration, dataType);
  }

  @Override
  protected void doInit() {
    Outside.run(this::define);
  }

  private void define() {
    FourierFtDenseLayer layer = (FourierFtDenseLayer) layerConf();
    sameDiff = SameDiff.create();
    sameDiff.setArrayHolders(new SingleThreadArrayHolder(), new SingleThreadArrayHolder(), false);
    long[] shape = input.shape().clone();
    shape[0] = -1;
    SDVariable in = sameDiff.placeHolder(INPUT_KEY, dataType, shape);
    SDVariable mask = sameDiff.placeHolder(MASK_KEY, dataType, -1, -1);
    Map<String, SDVariable> variables = new LinkedHashMap<>();
    paramTable.forEach(
        (key, value) -> {
          SDVariable variable =
              key.equals(FourierFtDenseLayer.WEIGHT)
                  ? sameDiff.var(key, VariableType.CONSTANT, null, dataType, value.shape())
                  : sameDiff.var(key, dataType, value.shape());
          sameDiff.associateArrayWithVariable(value, variable);
          variables.put(key, variable);
        });
    outputVar = layer.defineLayer(sameDiff, in, variables, mask);
    fn = SameDiffUtils.externalErrors(sameDiff, null, outputVar);
    fn.outputVariable();
    outputKey = outputVar.name();
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    Map<String, INDArray> all = paramTable;
    paramTable = new LinkedHashMap<>(all);
    paramTable.remove(FourierFtDenseLayer.WEIGHT);
    try {
      return super.backpropGradient(epsilon, workspaces);
    } finally {
      paramTable = all;
    }
  }

  @Override
  public double calcRegularizationScore(boolean backpropOnly) {
    double score = 0;
    for (Map.Entry<String, INDArray> parameter : paramTable.entrySet()) {
      for (Regularization term : layerConf().getRegularizationByParam(parameter.getKey())) {
        score += term.score(parameter.getValue(), getIterationCount(), getEpochCount());
      }
    }
    return score;
  }
}
