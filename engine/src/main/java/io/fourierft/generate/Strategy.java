package io.fourierft.generate;

/** How the next token is chosen. */
public sealed interface Strategy {

  /** The most probable token. */
  record Greedy() implements Strategy {}

  /**
   * A token drawn at random. The filters apply in this order.
   *
   * @param temperature divides the logits; below 1 sharpens
   * @param topK only this many most probable tokens, 0 for all
   * @param topP only the most probable tokens whose probabilities reach this sum, 1 for all
   * @param seed of the random numbers; row {@code i} of a batch draws with {@code seed + i}
   */
  record Sample(double temperature, int topK, double topP, long seed) implements Strategy {
    public Sample {
      require(
          temperature > 0 && Double.isFinite(temperature), "temperature", "above 0", temperature);
      require(topK >= 0, "top-k", "0 or more", topK);
      require(topP > 0 && topP <= 1, "top-p", "above 0 and at most 1", topP);
    }

    /**
     * What the filters make of logits.
     *
     * @param logits of the next token
     * @return the scaled logits, minus infinity for tokens that are never drawn
     */
    public float[] filter(float[] logits) {
      float[] filtered = logits.clone();
      new Sampler(this, 0).filter(filtered);
      return filtered;
    }
  }

  /**
   * The continuation with the best sum of log probabilities over its length to a power, searched
   * among the best few at each step.
   *
   * @param beams how many are kept
   * @param lengthPenalty the power; above 0 favours longer continuations
   * @param ending when the search ends
   */
  record Beam(int beams, double lengthPenalty, Ending ending) implements Strategy {
    public Beam {
      require(beams >= 1, "number of beams", "1 or more", beams);
      require(Double.isFinite(lengthPenalty), "length penalty", "a finite number", lengthPenalty);
    }

    /** When a search with as many ended continuations as beams ends. */
    public enum Ending {
      /** At once (transformers: {@code early_stopping = True}). */
      FIRST,
      /**
       * When the best running one, were it to end now, would not enter the list (transformers:
       * {@code early_stopping = False}).
       */
      LIKELY,
      /**
       * When no running one can enter the list at any length (transformers: {@code early_stopping =
       * "never"}).
       */
      CERTAIN
    }
  }

  private static void require(boolean holds, String what, String expected, Object found) {
    if (!holds) {
      throw new IllegalArgumentException(what + " expected " + expected + " but found " + found);
    }
  }
}
