package io.fourierft.generate;

import java.util.Arrays;
import java.util.Collection;

/** Arithmetic on the scores of one row's next token, all in place. */
final class Scores {
  private Scores() {}

  /** {@code log softmax}. */
  static float[] logSoftmax(float[] logits) {
    double highest = logits[best(logits)];
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - highest);
    }
    double shift = highest + Math.log(sum);
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) (logits[i] - shift);
    }
    return logits;
  }

  /** Index of the highest score, the first of equal ones. */
  static int best(float[] scores) {
    int best = 0;
    for (int i = 1; i < scores.length; i++) {
      if (scores[i] > scores[best]) {
        best = i;
      }
    }
    return best;
  }

  /** Lowers the scores of tokens that the sequence already has. */
  static void penalise(float[] scores, int[] sequence, double penalty) {
    if (penalty == 1) {
      return;
    }
    float factor = (float) penalty;
    for (int token : Arrays.stream(sequence).distinct().toArray()) {
      float score = scores[token];
      scores[token] = score < 0 ? score * factor : score / factor;
    }
  }

  /** Rules out each token that would complete an n-gram the sequence already has. */
  static void forbidRepeats(float[] scores, int[] sequence, int ngram) {
    if (ngram == 0 || sequence.length < ngram) {
      return;
    }
    int tail = sequence.length - ngram + 1;
    for (int i = 0; i + ngram <= sequence.length; i++) {
      if (Arrays.equals(sequence, i, i + ngram - 1, sequence, tail, sequence.length)) {
        scores[sequence[i + ngram - 1]] = Float.NEGATIVE_INFINITY;
      }
    }
  }

  static void forbid(float[] scores, Collection<Integer> tokens) {
    for (int token : tokens) {
      if (token >= 0 && token < scores.length) {
        scores[token] = Float.NEGATIVE_INFINITY;
      }
    }
  }

  /** Indices of the {@code count} highest scores, highest first, the first of equal ones first. */
  static int[] highest(float[] scores, int count) {
    long[] keys = new long[scores.length];
    for (int i = 0; i < scores.length; i++) {
      keys[i] = (long) order(scores[i]) << 32 | (0xffffffffL - i);
    }
    int kept = Math.min(count, keys.length);
    long[] heap = Arrays.copyOf(keys, kept);
    Arrays.sort(heap);
    for (int i = kept; i < keys.length; i++) {
      if (keys[i] > heap[0]) {
        replaceLowest(heap, keys[i]);
      }
    }
    Arrays.sort(heap);
    int[] indices = new int[kept];
    for (int i = 0; i < kept; i++) {
      indices[i] = (int) (0xffffffffL - (heap[kept - 1 - i] & 0xffffffffL));
    }
    return indices;
  }

  /** An integer that is ordered as the float is. */
  private static int order(float score) {
    int bits = Float.floatToIntBits(score);
    return bits < 0 ? bits ^ 0x7fffffff : bits;
  }

  /** Sifts a key into a heap whose lowest is at 0. */
  private static void replaceLowest(long[] heap, long key) {
    int at = 0;
    while (2 * at + 1 < heap.length) {
      int child = 2 * at + 1;
      if (child + 1 < heap.length && heap[child + 1] < heap[child]) {
        child++;
      }
      if (heap[child] >= key) {
        break;
      }
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = key;
  }
}
