package io.fourierft.samples.quickstart;

import io.fourierft.adapter.AdapterFileInfo;
import io.fourierft.samples.classify.Score;
import java.nio.file.Path;
import java.util.List;

/**
 * What the quick start gave.
 *
 * @param accuracy share of the test texts that the adapted model got right
 * @param probingAccuracy the same for a head alone over the frozen encoder
 * @param adapter the adapter's file
 * @param file facts about it
 * @param version id of the published version
 * @param predictions number of test texts that were classified before publishing and after fetching
 * @param identical how many of them got the same logits to the bit
 * @param answers sentences with their categories
 * @param report the report's file
 * @param trainSeconds time of the training
 */
public record QuickStartResult(
    double accuracy,
    double probingAccuracy,
    Path adapter,
    AdapterFileInfo file,
    String version,
    int predictions,
    int identical,
    List<Answer> answers,
    Path report,
    double trainSeconds) {

  /** Keeps a copy. */
  public QuickStartResult {
    answers = List.copyOf(answers);
  }

  /**
   * A sentence and its categories.
   *
   * @param sentence the sentence
   * @param scores all categories, the most probable first
   */
  public record Answer(String sentence, List<Score> scores) {
    /** Keeps a copy. */
    public Answer {
      scores = List.copyOf(scores);
    }
  }
}
