package io.fourierft.generate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Beam search over one prompt, step by step, with transformers' rules. Of all extensions of the
 * running beams the best {@code k = max(2, 1 + end tokens) * beams} are looked at in order. Those
 * that end and stand among the first {@code beams} are kept as finished, with score {@code sum /
 * length ^ penalty}; the best {@code beams} of the others run on.
 */
final class BeamSearch {
  private static final Comparator<Finished> BEST_FIRST =
      Comparator.comparingDouble(Finished::score).reversed();

  private record Beam(Sequence row, float sum) {}

  private record Extension(int beam, int token, float sum) {}

  private record Finished(Sequence row, float score, Ending ending) {}

  private final Strategy.Beam settings;
  private final GenerationOptions options;
  private final int looked;
  private final List<Finished> finished = new ArrayList<>();
  private List<Beam> running;
  private int[] parents = {0};
  private boolean done;

  BeamSearch(Strategy.Beam settings, GenerationOptions options, int[] prompt) {
    this.settings = settings;
    this.options = options;
    this.looked = Math.max(2, 1 + options.endTokens().size()) * settings.beams();
    this.running = List.of(new Beam(Sequence.of(prompt), 0));
  }

  /** Number of rows of logits that {@link #advance} wants. */
  int rows() {
    return running.size();
  }

  boolean done() {
    return done;
  }

  /** For each running beam the one that it came from in the last step. */
  int[] parents() {
    return parents.clone();
  }

  /** The running beams' last tokens. */
  int[] tokens() {
    return running.stream().mapToInt(beam -> beam.row().last()).toArray();
  }

  /** The best continuation. */
  Continuation best() {
    Finished best = finished.get(0);
    return Continuation.of(best.row(), best.score(), best.ending());
  }

  /** One step; the logits are those after each running beam and are overwritten. */
  void advance(List<float[]> logits) {
    List<Extension> extensions = extensions(logits);
    List<Extension> kept = new ArrayList<>();
    List<Beam> next = new ArrayList<>();
    int length = running.get(0).row().added() + 1;
    List<Finished> ended = new ArrayList<>();
    for (int rank = 0; rank < extensions.size(); rank++) {
      Extension extension = extensions.get(rank);
      Sequence row = running.get(extension.beam()).row().plus(extension.token());
      Ending ending = options.ending(row);
      if (ending != Ending.NONE && rank < settings.beams()) {
        ended.add(new Finished(row, score(extension.sum(), length), ending));
      } else if (ending == Ending.NONE && next.size() < settings.beams()) {
        kept.add(extension);
        next.add(new Beam(row, extension.sum()));
      }
    }
    finish(ended);
    running = next;
    parents = kept.stream().mapToInt(Extension::beam).toArray();
    done = next.isEmpty() || ends(length);
  }

  private List<Extension> extensions(List<float[]> logits) {
    List<Extension> all = new ArrayList<>();
    for (int beam = 0; beam < running.size(); beam++) {
      float[] scores = Scores.logSoftmax(logits.get(beam));
      options.restrict(scores, running.get(beam).row());
      for (int token : Scores.highest(scores, looked)) {
        all.add(new Extension(beam, token, running.get(beam).sum() + scores[token]));
      }
    }
    all.sort(Comparator.comparingDouble(Extension::sum).reversed());
    return all.subList(0, Math.min(looked, all.size()));
  }

  private float score(float sum, int length) {
    return (float) (sum / Math.pow(length, settings.lengthPenalty()));
  }

  private void finish(List<Finished> ended) {
    finished.addAll(ended);
    finished.sort(BEST_FIRST);
    while (finished.size() > settings.beams()) {
      finished.remove(finished.size() - 1);
    }
  }

  private boolean ends(int length) {
    if (finished.size() < settings.beams()) {
      return false;
    }
    boolean longest =
        settings.ending() == Strategy.Beam.Ending.CERTAIN && settings.lengthPenalty() > 0;
    float reachable = score(running.get(0).sum(), longest ? options.maxNewTokens() : length);
    float worst = finished.get(finished.size() - 1).score();
    return settings.ending() == Strategy.Beam.Ending.FIRST || !(reachable > worst);
  }
}
