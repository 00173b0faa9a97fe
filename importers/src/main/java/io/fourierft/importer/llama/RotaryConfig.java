package io.fourierft.importer.llama;

import io.fourierft.importer.ConfigFile;
import io.fourierft.importer.weights.ModelFormatException;
import java.util.List;

/**
 * Reads the rule of a config.json: {@code rope_parameters} of transformers 5, or {@code rope_theta}
 * and {@code rope_scaling} of earlier versions, which win where a file has both.
 */
final class RotaryConfig {
  private static final List<String> TYPES =
      List.of("default", "linear", "dynamic", "llama3", "yarn");

  private final ConfigFile file;
  private final ConfigFile rule;
  private final int positions;

  private RotaryConfig(ConfigFile file, int positions) throws ModelFormatException {
    this.file = file;
    this.rule = file.section("rope_scaling", "rope_parameters");
    this.positions = positions;
  }

  /**
   * The rule.
   *
   * @param file the file
   * @param positions the configuration's number of positions
   * @throws ModelFormatException if it is none of the known ones
   */
  static RotaryScaling of(ConfigFile file, int positions) throws ModelFormatException {
    return new RotaryConfig(file, positions).rule();
  }

  private RotaryScaling rule() throws ModelFormatException {
    double theta = rule.positive(file.positive(10_000, "rope_theta"), "rope_theta");
    String name = rule.text("rope_type", rule.text("type", "default"));
    if (!name.equals("default")) {
      requireWhole();
    }
    return switch (name) {
      case "default" -> new RotaryScaling.Plain(theta); // transformers turns whole heads here
      case "linear" -> new RotaryScaling.Linear(theta, required("factor"));
      case "dynamic" -> new RotaryScaling.Dynamic(theta, required("factor"));
      case "llama3" ->
          new RotaryScaling.Llama3(
              theta,
              required("factor"),
              required("low_freq_factor"),
              required("high_freq_factor"),
              original());
      case "yarn" -> yarn(theta);
      default ->
          throw new ModelFormatException(
              "rope_type expected one of "
                  + TYPES
                  + " but found "
                  + name
                  + " ("
                  + file.origin()
                  + ")");
    };
  }

  private void requireWhole() throws ModelFormatException {
    double turned =
        rule.positive(file.positive(1, "partial_rotary_factor"), "partial_rotary_factor");
    if (turned != 1) {
      throw new ModelFormatException(
          "partial_rotary_factor expected 1, as LLaMA turns whole heads, but found "
              + turned
              + " ("
              + file.origin()
              + ")");
    }
  }

  /** The length of pretraining: beside the rule, in it, or that of the model. */
  private int original() throws ModelFormatException {
    String key = "original_max_position_embeddings";
    return file.sizeOr(rule.sizeOr(positions, key), key);
  }

  private Yarn yarn(double theta) throws ModelFormatException {
    int original = original();
    double factor = rule.has("factor") ? rule.positive(1, "factor") : positions / (double) original;
    return new Yarn(
        theta,
        factor,
        rule.positive(32, "beta_fast"),
        rule.positive(1, "beta_slow"),
        original,
        rule.flag("truncate", true),
        rule.positive(attention(factor), "attention_factor"));
  }

  private double attention(double factor) throws ModelFormatException {
    if (rule.has("mscale") && rule.has("mscale_all_dim")) {
      double all = rule.positive(1, "mscale_all_dim");
      return attention(factor, rule.positive(1, "mscale")) / attention(factor, all);
    }
    return attention(factor, 1);
  }

  private static double attention(double factor, double scale) {
    return factor <= 1 ? 1 : 0.1 * scale * Math.log(factor) + 1;
  }

  private double required(String key) throws ModelFormatException {
    if (!rule.has(key)) {
      throw new ModelFormatException(
          "rotary scaling expected " + key + " but found no such key (" + rule.origin() + ")");
    }
    return rule.positive(1, key);
  }
}
