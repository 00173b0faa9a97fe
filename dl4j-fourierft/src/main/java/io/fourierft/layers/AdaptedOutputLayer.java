package io.fourierft.layers;

import java.util.List;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/** An adapted layer that has labels and a loss. */
@SuppressWarnings(
    "serial") // DL4J calls every layer serializable; configurations are what is saved.
final class AdaptedOutputLayer extends AdaptedLayer implements IOutputLayer {
  private final IOutputLayer output;

  AdaptedOutputLayer(Parts parts, IOutputLayer output) {
    super(parts);
    this.output = output;
  }

  @Override
  public boolean needsLabels() {
    return output.needsLabels();
  }

  @Override
  public void setLabels(INDArray labels) {
    output.setLabels(labels);
  }

  @Override
  public INDArray getLabels() {
    return output.getLabels();
  }

  @Override
  public double computeScore(
      double regularisation, boolean training, LayerWorkspaceMgr workspaces) {
    refresh(true);
    return output.computeScore(regularisation, training, workspaces);
  }

  @Override
  public INDArray computeScoreForExamples(double regularisation, LayerWorkspaceMgr workspaces) {
    refresh(true);
    return output.computeScoreForExamples(regularisation, workspaces);
  }

  @Override
  public double f1Score(DataSet data) {
    refresh(true);
    return output.f1Score(data);
  }

  @Override
  public double f1Score(INDArray examples, INDArray labels) {
    refresh(true);
    return output.f1Score(examples, labels);
  }

  @Override
  @Deprecated
  public int numLabels() {
    return output.numLabels();
  }

  @Override
  public void fit(DataSetIterator iterator) {
    output.fit(iterator);
  }

  @Override
  public int[] predict(INDArray examples) {
    refresh(true);
    return output.predict(examples);
  }

  @Override
  public List<String> predict(DataSet data) {
    refresh(true);
    return output.predict(data);
  }

  @Override
  public void fit(INDArray examples, INDArray labels) {
    output.fit(examples, labels);
  }

  @Override
  public void fit(DataSet data) {
    output.fit(data);
  }

  @Override
  public void fit(INDArray examples, int[] labels) {
    output.fit(examples, labels);
  }
}
