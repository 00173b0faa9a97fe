package io.fourierft.samples.classify;

import io.fourierft.samples.data.TextExample;
import java.util.List;
import org.nd4j.evaluation.classification.Evaluation;

/** Counts right answers, with DL4J's own evaluation. */
public final class Accuracy {
  private Accuracy() {}

  /**
   * Compares answers with the truth.
   *
   * @param labels names of the categories
   * @param examples the truth
   * @param logits the answers, {@code [example][label]}
   * @return DL4J's evaluation: accuracy, F1, confusion
   */
  public static Evaluation of(List<String> labels, List<TextExample> examples, float[][] logits) {
    if (examples.size() != logits.length) {
      throw new IllegalArgumentException(
          "answers expected one for each of "
              + examples.size()
              + " examples but found "
              + logits.length);
    }
    Evaluation evaluation = new Evaluation(labels);
    for (int i = 0; i < logits.length; i++) {
      evaluation.eval(best(logits[i]), examples.get(i).label());
    }
    return evaluation;
  }

  /**
   * Turns the confusion of an evaluation into counts.
   *
   * @param evaluation the evaluation
   * @param labels number of categories
   * @return {@code [category][answer]}
   */
  public static int[][] confusion(Evaluation evaluation, int labels) {
    int[][] counts = new int[labels][labels];
    for (int category = 0; category < labels; category++) {
      for (int answer = 0; answer < labels; answer++) {
        counts[category][answer] = evaluation.getConfusionMatrix().getCount(category, answer);
      }
    }
    return counts;
  }

  /** Index of the largest logit, the first of equals. */
  private static int best(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      if (logits[i] > logits[best]) {
        best = i;
      }
    }
    return best;
  }
}
