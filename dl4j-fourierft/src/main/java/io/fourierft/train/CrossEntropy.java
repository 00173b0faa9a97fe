package io.fourierft.train;

import io.fourierft.engine.Loss;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Mean cross entropy of softmax probabilities, {@code -sum_k t_k log p_k} with targets {@code t =
 * (1 - s) onehot + s / classes}, s the label smoothing, as PyTorch's.
 *
 * @param labels class of each row
 * @param smoothing label smoothing, from 0 to below 1
 */
public record CrossEntropy(int[] labels, double smoothing) implements Loss {

  public CrossEntropy {
    labels = labels.clone();
    if (!(smoothing >= 0 && smoothing < 1)) {
      throw new IllegalArgumentException(
          "label smoothing expected from 0 to below 1 but found " + smoothing);
    }
  }

  @Override
  public int[] labels() {
    return labels.clone();
  }

  @Override
  public double gradient(INDArray output, INDArray gradient) {
    int rows = (int) output.size(0);
    int classes = (int) output.size(1);
    if (rows != labels.length) {
      throw new IllegalArgumentException(
          "labels expected one for each of " + rows + " rows but found " + labels.length);
    }
    double[] values = output.reshape(-1).toDoubleVector();
    double loss = 0;
    for (int row = 0; row < rows; row++) {
      loss += row(values, row * classes, classes, labels[row], rows);
    }
    try (INDArray result = Nd4j.createFromArray(values)) {
      gradient.assign(result.reshape(rows, classes));
    }
    return loss / rows;
  }

  /** Turns one row of logits into its gradient and returns its loss. */
  private double row(double[] values, int from, int classes, int label, int rows) {
    if (label < 0 || label >= classes) {
      throw new IllegalArgumentException(
          "label expected 0 to " + (classes - 1) + " but found " + label);
    }
    double highest = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < classes; k++) {
      highest = Math.max(highest, values[from + k]);
    }
    double sum = 0;
    for (int k = 0; k < classes; k++) {
      sum += Math.exp(values[from + k] - highest);
    }
    double shift = highest + Math.log(sum);
    double loss = 0;
    for (int k = 0; k < classes; k++) {
      double target = smoothing / classes + (k == label ? 1 - smoothing : 0);
      double logProbability = values[from + k] - shift;
      loss -= target == 0 ? 0 : target * logProbability;
      values[from + k] = (Math.exp(logProbability) - target) / rows;
    }
    return loss;
  }
}
