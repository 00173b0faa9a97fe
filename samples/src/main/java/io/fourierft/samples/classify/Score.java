package io.fourierft.samples.classify;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A category and how probable it is.
 *
 * @param label the category
 * @param probability between 0 and 1
 */
public record Score(String label, double probability) {

  /**
   * Turns logits into probabilities, {@code softmax(z)_i = exp(z_i - max) / sum_j exp(z_j - max)}.
   *
   * @param labels name of each logit
   * @param logits one number for each label
   * @return all categories, the most probable first
   */
  public static List<Score> softmax(List<String> labels, float[] logits) {
    if (labels.size() != logits.length) {
      throw new IllegalArgumentException(
          "logits expected one for each of "
              + labels.size()
              + " labels but found "
              + logits.length);
    }
    double largest = Double.NEGATIVE_INFINITY;
    for (float logit : logits) {
      largest = Math.max(largest, logit);
    }
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - largest);
    }
    List<Score> scores = new ArrayList<>();
    for (int i = 0; i < logits.length; i++) {
      scores.add(new Score(labels.get(i), Math.exp(logits[i] - largest) / sum));
    }
    scores.sort(Comparator.comparingDouble(Score::probability).reversed());
    return List.copyOf(scores);
  }
}
