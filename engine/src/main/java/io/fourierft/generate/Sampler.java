package io.fourierft.generate;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Draws a token from temperature-scaled logits, cut to the top k and the nucleus of mass p. */
final class Sampler {
  private final Strategy.Sample settings;
  private final SplittableRandom random;

  Sampler(Strategy.Sample settings, int row) {
    this.settings = settings;
    this.random = new SplittableRandom(settings.seed() + row);
  }

  int draw(float[] logits) {
    filter(logits);
    double highest = logits[Scores.best(logits)];
    double mass = 0;
    for (float logit : logits) {
      mass += Math.exp(logit - highest);
    }
    double at = random.nextDouble() * mass;
    int last = Scores.best(logits);
    for (int i = 0; i < logits.length; i++) {
      double weight = Math.exp(logits[i] - highest);
      if (weight > 0) {
        at -= weight;
        last = i;
      }
      if (at < 0) {
        break;
      }
    }
    return last;
  }

  /** Scales the logits and sets those that are ruled out to minus infinity. */
  void filter(float[] logits) {
    float temperature = (float) settings.temperature();
    for (int i = 0; i < logits.length; i++) {
      logits[i] /= temperature;
    }
    if (settings.topK() > 0 && settings.topK() < logits.length) {
      int[] kept = Scores.highest(logits, settings.topK());
      cut(logits, logits[kept[kept.length - 1]]);
    }
    if (settings.topP() < 1) {
      nucleus(logits);
    }
  }

  /** Rules out what is below a score; equals of it stay, as in transformers. */
  private static void cut(float[] logits, float lowest) {
    for (int i = 0; i < logits.length; i++) {
      if (logits[i] < lowest) {
        logits[i] = Float.NEGATIVE_INFINITY;
      }
    }
  }

  /** Rules out the least probable tokens as long as their sum is at most {@code 1 - p}. */
  private void nucleus(float[] logits) {
    int candidates = 0;
    for (float logit : logits) {
      candidates += logit > Float.NEGATIVE_INFINITY ? 1 : 0;
    }
    int[] order = Scores.highest(logits, candidates);
    double[] weights = new double[order.length];
    for (int i = 0; i < order.length; i++) {
      weights[i] = Math.exp(logits[order[i]] - logits[order[0]]);
    }
    double total = Arrays.stream(weights).sum();
    double mass = 0;
    for (int i = order.length - 1; i > 0; i--) {
      mass += weights[i] / total;
      if (mass > 1 - settings.topP()) {
        break;
      }
      logits[order[i]] = Float.NEGATIVE_INFINITY;
    }
  }
}
