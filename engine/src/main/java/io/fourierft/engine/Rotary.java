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
 */
public record Rotary(
    int headSize, double[] inverseFrequencies, double attentionFactor, Positions positions) {

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
    inverseFrequencies = inverseFrequencies.clone();
  }

  @Override
  public double[] inverseFrequencies() {
    return inverseFrequencies.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Rotary that
        && headSize == that.headSize
        && attentionFactor == that.attentionFactor
        && positions.equals(that.positions)
        && Arrays.equals(inverseFrequencies, that.inverseFrequencies);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * headSize + Double.hashCode(attentionFactor))
        + Arrays.hashCode(inverseFrequencies);
  }
}
