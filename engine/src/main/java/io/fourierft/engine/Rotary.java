package io.fourierft.engine;

import java.util.Arrays;

/**
 * Frequencies of a rotary position embedding (Su et al., 2021), in the rotate-half form of LLaMA:
 * element {@code i < headSize / 2} of a head turns with element {@code i + headSize / 2} by {@code
 * position * inverseFrequencies[i]} radians.
 *
 * @param headSize width of one head, even
 * @param inverseFrequencies {@code [headSize / 2]}, radians per position
 * @param attentionFactor factor on cosine and sine, 1 unless the scaling rule asks for more
 * @param positions how a token's position is counted
 * @param range how far positions go, and what happens beyond those of pretraining
 */
public record Rotary(
    int headSize,
    double[] inverseFrequencies,
    double attentionFactor,
    Positions positions,
    Range range) {

  /**
   * How far positions go. A sequence of {@code s} tokens, more than the {@code trained} ones, grows
   * the base of the frequencies by {@code g ^ (d / (d - 2))}, {@code g = growth * s / trained -
   * (growth - 1)}, d the head size; that is, {@code f_i} becomes {@code f_i * g ^ (-2 i / (d - 2))}
   * ("dynamic" NTK scaling).
   *
   * @param trained positions of pretraining
   * @param growth factor of the dynamic scaling, 0 for frequencies that never change
   * @param limit most positions, which a longer sequence is told
   */
  public record Range(int trained, double growth, int limit) {
    /** Frequencies that never change, and no bound. */
    public static final Range UNBOUNDED = new Range(1, 0, Integer.MAX_VALUE);

    public Range {
      if (trained < 1 || limit < 1 || !(growth >= 0)) {
        throw new IllegalArgumentException(
            "rotary range expected positive sizes but found "
                + trained
                + " trained positions, growth "
                + growth
                + ", at most "
                + limit);
      }
    }

    /** {@code g} of a sequence of so many tokens, 1 within pretraining's. */
    double growthAt(int tokens) {
      return Math.max(1, 1 + growth * ((double) tokens / trained - 1));
    }
  }

  public Rotary {
    if (headSize <= 0 || headSize % 2 != 0 || inverseFrequencies.length != headSize / 2) {
      throw new IllegalArgumentException(
          "rotary embedding expected "
              + headSize / 2
              + " frequencies for an even head size but found "
              + inverseFrequencies.length
              + " for "
              + headSize);
    }
    if (range.growth() > 0 && headSize == 2) {
      throw new IllegalArgumentException(
          "rotary embedding that grows expected a head size of 4 or more but found 2");
    }
    inverseFrequencies = inverseFrequencies.clone();
  }

  /**
   * An embedding without bounds.
   *
   * @param headSize width of one head, even
   * @param inverseFrequencies {@code [headSize / 2]}, radians per position
   * @param attentionFactor factor on cosine and sine
   * @param positions how a token's position is counted
   */
  public Rotary(
      int headSize, double[] inverseFrequencies, double attentionFactor, Positions positions) {
    this(headSize, inverseFrequencies, attentionFactor, positions, Range.UNBOUNDED);
  }

  @Override
  public double[] inverseFrequencies() {
    return inverseFrequencies.clone();
  }

  /** The frequencies for a sequence of so many tokens; refuses more than the limit. */
  double[] frequencies(int tokens) {
    if (tokens > range.limit()) {
      throw new IllegalArgumentException(
          "sequence expected at most "
              + range.limit()
              + " tokens but found "
              + tokens
              + " (the model's positions end there: shorten the text, or load the model with a"
              + " rotary scaling in its config.json)");
    }
    double[] frequencies = inverseFrequencies();
    double growth = range.growthAt(tokens);
    if (growth > 1) {
      for (int i = 0; i < frequencies.length; i++) {
        frequencies[i] *= Math.pow(growth, exponent(i));
      }
    }
    return frequencies;
  }

  /** Power of {@code g} in the i-th frequency. */
  double exponent(int i) {
    return -2.0 * i / (headSize - 2);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Rotary that
        && headSize == that.headSize
        && attentionFactor == that.attentionFactor
        && positions.equals(that.positions)
        && range.equals(that.range)
        && Arrays.equals(inverseFrequencies, that.inverseFrequencies);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * headSize + Double.hashCode(attentionFactor))
        + Arrays.hashCode(inverseFrequencies);
  }
}
