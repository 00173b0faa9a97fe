package io.fourierft.cli;

import io.fourierft.generate.GenerationOptions;
import io.fourierft.generate.Strategy;
import java.util.Set;
import picocli.CommandLine.Option;

/** How a command chooses the next token. Greedy unless an option asks for another way. */
final class DecodingOptions {
  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      description = "Most tokens to add (default: 128, or what the model has room for).")
  private Integer maxNewTokens;

  @Option(
      names = "--min-new-tokens",
      paramLabel = "N",
      defaultValue = "0",
      description = "No end before so many new tokens.")
  private int minNewTokens;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "Draw tokens at random, from logits divided by T.")
  private Double temperature;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      description = "Draw from the K most probable tokens only.")
  private Integer topK;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description = "Draw from the most probable tokens that make up P only.")
  private Double topP;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of the random numbers (default: 0).")
  private Long seed;

  @Option(names = "--beams", paramLabel = "N", description = "Search with N beams.")
  private Integer beams;

  @Option(
      names = "--length-penalty",
      paramLabel = "X",
      defaultValue = "1.0",
      description = "Power of the length that beams are divided by (default: ${DEFAULT-VALUE}).")
  private double lengthPenalty;

  @Option(
      names = "--beams-end",
      paramLabel = "WHEN",
      defaultValue = "LIKELY",
      description =
          "first: as soon as N beams have ended (early_stopping of transformers); likely: when no"
              + " other seems better (its default); certain: when none can be.")
  private Strategy.Beam.Ending ending;

  @Option(
      names = "--no-repeat-ngram",
      paramLabel = "N",
      defaultValue = "0",
      description = "No sequence of N tokens twice.")
  private int noRepeatNgram;

  @Option(
      names = "--repetition-penalty",
      paramLabel = "X",
      defaultValue = "1.0",
      description = "Above 1: lower the scores of tokens that are there already.")
  private double repetitionPenalty;

  /**
   * The options.
   *
   * @param endTokens what ends a text
   * @param room tokens that the model has positions for beside the longest prompt
   */
  GenerationOptions options(Set<Integer> endTokens, int room) {
    int most = maxNewTokens == null ? Math.min(128, Math.max(room, 1)) : maxNewTokens;
    return GenerationOptions.greedy(most, endTokens)
        .withMinNewTokens(Math.min(minNewTokens, most))
        .withRepetition(noRepeatNgram, repetitionPenalty)
        .with(strategy());
  }

  private Strategy strategy() {
    boolean samples = temperature != null || topK != null || topP != null || seed != null;
    if (samples && beams != null) {
      throw new IllegalArgumentException(
          "--beams expected without --temperature, --top-k, --top-p and --seed but found both");
    }
    if (beams != null) {
      return new Strategy.Beam(beams, lengthPenalty, ending);
    }
    return samples
        ? new Strategy.Sample(
            temperature == null ? 1 : temperature,
            topK == null ? 0 : topK,
            topP == null ? 1 : topP,
            seed == null ? 0 : seed)
        : new Strategy.Greedy();
  }

  /** Whether tokens are known one by one. */
  boolean streams() {
    return beams == null;
  }
}
