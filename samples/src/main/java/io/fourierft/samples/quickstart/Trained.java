package io.fourierft.samples.quickstart;

import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterFileInfo;
import java.util.List;
import org.nd4j.evaluation.classification.Evaluation;

/**
 * What the training gave.
 *
 * @param adapter the adapter
 * @param file facts about its file
 * @param logits the model's answers to the test texts, {@code [text][category]}
 * @param evaluation these answers against the truth
 * @param losses loss of each step
 * @param accuracies accuracy on some test texts, now and then
 * @param seconds of training, without the looks at the accuracy
 * @param examples seen in training
 * @param map one adapted layer
 * @param half the same adapter with all numbers as F16
 */
record Trained(
    Adapter adapter,
    AdapterFileInfo file,
    float[][] logits,
    Evaluation evaluation,
    List<TrainingCurve.Point> losses,
    List<TrainingCurve.Point> accuracies,
    double seconds,
    long examples,
    LayerMap map,
    Half half) {

  /**
   * An adapter stored in half the bytes.
   *
   * @param file facts about the file that it makes
   * @param accuracy share of the test texts that it gets right
   */
  record Half(AdapterFileInfo file, double accuracy) {}
}
