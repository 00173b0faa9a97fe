package io.fourierft.importer.llama;

import io.fourierft.engine.Rotary;

/**
 * Frequencies of LLaMA's rotary position embedding, {@code f_i = theta ^ (-2 i / headSize)}, and
 * how they are stretched for sequences longer than those of pretraining. In single precision where
 * transformers has it: at position 1,000 the last bit of a frequency is seen in the logits.
 */
public sealed interface RotaryScaling
    permits RotaryScaling.Plain,
        RotaryScaling.Linear,
        RotaryScaling.Dynamic,
        RotaryScaling.Llama3,
        Yarn {

  /**
   * Base of the frequencies.
   *
   * @return such as 10,000
   */
  double theta();

  /**
   * A frequency as this rule stretches it.
   *
   * @param frequency the plain one
   * @return radians per position
   */
  float stretched(float frequency);

  /**
   * The frequencies.
   *
   * @param headSize width of one head
   * @return {@code [headSize / 2]}, radians per position
   */
  default double[] frequencies(int headSize) {
    double[] frequencies = new double[headSize / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = stretched(plain(headSize, i));
    }
    return frequencies;
  }

  /** {@code f_i}. */
  private float plain(int headSize, int i) {
    return 1 / (float) Math.pow(theta(), 2f * i / headSize);
  }

  /**
   * Factor on cosine and sine.
   *
   * @return 1 for most rules
   */
  default double attentionFactor() {
    return 1;
  }

  /**
   * How far positions go.
   *
   * @param positions {@code max_position_embeddings}: that of pretraining where a rule multiplies
   *     it, and already the multiplied one for LLaMA 3 and YaRN
   * @return the range
   */
  default Rotary.Range range(int positions) {
    return new Rotary.Range(positions, 0, positions);
  }

  private static int reach(int positions, double factor) {
    long reach = (long) Math.floor(positions * factor);
    return (int) Math.min(Math.max(reach, positions), Integer.MAX_VALUE);
  }

  /** No stretching. */
  record Plain(double theta) implements RotaryScaling {
    @Override
    public float stretched(float frequency) {
      return frequency;
    }
  }

  /**
   * All frequencies are divided by a factor (Chen et al., 2023).
   *
   * @param theta base of the frequencies
   * @param factor how much longer sequences become
   */
  record Linear(double theta, double factor) implements RotaryScaling {
    @Override
    public float stretched(float frequency) {
      return frequency / (float) factor;
    }

    @Override
    public Rotary.Range range(int positions) {
      return new Rotary.Range(positions, 0, reach(positions, factor));
    }
  }

  /**
   * The base grows with sequences beyond the positions of pretraining, and only there.
   *
   * @param theta base of the frequencies
   * @param factor how much longer sequences become
   */
  record Dynamic(double theta, double factor) implements RotaryScaling {
    @Override
    public float stretched(float frequency) {
      return frequency;
    }

    @Override
    public Rotary.Range range(int positions) {
      return new Rotary.Range(positions, factor, reach(positions, factor));
    }
  }

  /**
   * Long wavelengths are stretched, short ones kept, those between blended (LLaMA 3.1).
   *
   * @param theta base of the frequencies
   * @param factor how much longer sequences become
   * @param lowFactor wavelengths above {@code original / lowFactor} are stretched in full
   * @param highFactor wavelengths below {@code original / highFactor} are left alone
   * @param original sequence length of pretraining
   */
  record Llama3(double theta, double factor, double lowFactor, double highFactor, int original)
      implements RotaryScaling {
    @Override
    public float stretched(float frequency) {
      double wavelength = 2 * Math.PI / frequency;
      if (wavelength < original / highFactor) {
        return frequency;
      }
      if (wavelength > original / lowFactor) {
        return (float) (frequency / factor);
      }
      double share = (original / wavelength - lowFactor) / (highFactor - lowFactor);
      return (float) ((1 - share) * frequency / factor + share * frequency);
    }
  }
}
