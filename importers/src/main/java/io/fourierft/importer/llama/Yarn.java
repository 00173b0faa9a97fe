package io.fourierft.importer.llama;

/**
 * YaRN (Peng et al., 2023): dimensions that turn more than {@code fast} times over the sequences of
 * pretraining are kept, those that turn less than {@code slow} times are stretched, those between
 * blended along a ramp; cosine and sine are multiplied by the attention factor.
 *
 * @param theta base of the frequencies
 * @param factor how much longer sequences become
 * @param fast {@code beta_fast}
 * @param slow {@code beta_slow}
 * @param original sequence length of pretraining
 * @param truncate whether the ramp begins and ends at whole dimensions
 * @param attentionFactor factor on cosine and sine
 */
public record Yarn(
    double theta,
    double factor,
    double fast,
    double slow,
    int original,
    boolean truncate,
    double attentionFactor)
    implements RotaryScaling {

  @Override
  public double[] frequencies(int headSize) {
    double[] plain = RotaryScaling.super.frequencies(headSize);
    double from = Math.max(turning(fast, headSize, true), 0);
    double to = Math.min(turning(slow, headSize, false), headSize - 1);
    double length = from == to ? 0.001 : to - from;
    double[] frequencies = new double[plain.length];
    for (int i = 0; i < frequencies.length; i++) {
      double share = Math.min(Math.max((i - from) / length, 0), 1);
      frequencies[i] = (float) (plain[i] / factor * share + plain[i] * (1 - share));
    }
    return frequencies;
  }

  /** The dimension that turns so many times over the sequences of pretraining. */
  private double turning(double times, int headSize, boolean down) {
    double dimension =
        headSize * Math.log(original / (times * 2 * Math.PI)) / (2 * Math.log(theta));
    if (!truncate) {
      return dimension;
    }
    return down ? Math.floor(dimension) : Math.ceil(dimension);
  }

  @Override
  public float stretched(float frequency) {
    return frequency; // the rule looks at the dimension, not at the frequency
  }
}
