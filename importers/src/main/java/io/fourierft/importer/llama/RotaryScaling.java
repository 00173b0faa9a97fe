package io.fourierft.importer.llama;

import io.fourierft.engine.Rotary;
import io.fourierft.importer.ConfigFile;
import io.fourierft.importer.weights.ModelFormatException;
import java.util.List;

/**
 * Frequencies of LLaMA's rotary position embedding, {@code f_i = theta ^ (-2 i / headSize)}, and
 * how they are stretched for sequences longer than those of pretraining.
 *
 * @param kind which rule
 * @param theta base of the frequencies
 * @param factor how much longer sequences become
 * @param lowFactor LLaMA 3: wavelengths above {@code original / lowFactor} are stretched in full
 * @param highFactor LLaMA 3: wavelengths below {@code original / highFactor} are left alone
 * @param original LLaMA 3: sequence length of pretraining
 */
public record RotaryScaling(
    Kind kind, double theta, double factor, double lowFactor, double highFactor, int original) {

  /** The rules. */
  public enum Kind {
    /** No stretching. */
    DEFAULT,
    /** All frequencies are divided by the factor (Chen et al., 2023). */
    LINEAR,
    /** The base grows with sequences beyond the positions of pretraining, and only there. */
    DYNAMIC,
    /** Long wavelengths are stretched, short ones kept, those between blended (LLaMA 3.1). */
    LLAMA3
  }

  /**
   * Reads the rule of a config.json: {@code rope_parameters} of transformers 5, or {@code
   * rope_theta} and {@code rope_scaling} of earlier ones.
   *
   * @param file the file
   * @param positions the configuration's number of positions
   * @return the rule
   * @throws ModelFormatException if it is none of the known ones
   */
  public static RotaryScaling of(ConfigFile file, int positions) throws ModelFormatException {
    ConfigFile scaling = file.section("rope_parameters", "rope_scaling");
    double theta = scaling.positive(file.positive(10_000, "rope_theta"), "rope_theta");
    String name = scaling.text("rope_type", scaling.text("type", "default"));
    if (scaling.positive(file.positive(1, "partial_rotary_factor"), "partial_rotary_factor") != 1) {
      throw new ModelFormatException(
          "partial_rotary_factor expected 1 but found another (" + file.origin() + ")");
    }
    return switch (name) {
      case "default" -> plain(Kind.DEFAULT, theta, 1);
      case "linear" -> plain(Kind.LINEAR, theta, required(scaling, "factor"));
      case "dynamic" -> plain(Kind.DYNAMIC, theta, required(scaling, "factor"));
      case "llama3" ->
          new RotaryScaling(
              Kind.LLAMA3,
              theta,
              required(scaling, "factor"),
              required(scaling, "low_freq_factor"),
              required(scaling, "high_freq_factor"),
              scaling.sizeOr(positions, "original_max_position_embeddings"));
      default ->
          throw new ModelFormatException(
              "rope_type expected one of "
                  + List.of("default", "linear", "dynamic", "llama3")
                  + " but found "
                  + name
                  + " ("
                  + scaling.origin()
                  + ")");
    };
  }

  private static RotaryScaling plain(Kind kind, double theta, double factor) {
    return new RotaryScaling(kind, theta, factor, 1, 1, 1);
  }

  private static double required(ConfigFile scaling, String key) throws ModelFormatException {
    if (!scaling.has(key)) {
      throw new ModelFormatException(
          "rotary scaling expected " + key + " but found no such key (" + scaling.origin() + ")");
    }
    return scaling.positive(1, key);
  }

  /**
   * The frequencies.
   *
   * @param headSize width of one head
   * @return {@code [headSize / 2]}, radians per position
   */
  public double[] frequencies(int headSize) {
    double[] frequencies = new double[headSize / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = stretched(Math.pow(theta, -2.0 * i / headSize));
    }
    return frequencies;
  }

  /**
   * How far positions go. The configuration's number is that of pretraining where a rule multiplies
   * it, and already the multiplied one for LLaMA 3.
   *
   * @param positions {@code max_position_embeddings}
   * @return the range
   */
  public Rotary.Range range(int positions) {
    boolean multiplied = kind == Kind.LINEAR || kind == Kind.DYNAMIC;
    long reach = multiplied ? (long) Math.floor(positions * factor) : positions;
    int limit = (int) Math.min(Math.max(reach, positions), Integer.MAX_VALUE);
    return new Rotary.Range(positions, kind == Kind.DYNAMIC ? factor : 0, limit);
  }

  private double stretched(double frequency) {
    return switch (kind) {
      case DEFAULT, DYNAMIC -> frequency;
      case LINEAR -> frequency / factor;
      case LLAMA3 -> blended(frequency);
    };
  }

  private double blended(double frequency) {
    double wavelength = 2 * Math.PI / frequency;
    if (wavelength < original / highFactor) {
      return frequency;
    }
    if (wavelength > original / lowFactor) {
      return frequency / factor;
    }
    double share = (original / wavelength - lowFactor) / (highFactor - lowFactor);
    return (1 - share) * frequency / factor + share * frequency;
  }
}
