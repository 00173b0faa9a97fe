package io.fourierft.generate;

import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;

/**
 * When and how to generate.
 *
 * @param strategy how the next token is chosen
 * @param minNewTokens no end token before so many new tokens
 * @param maxNewTokens most tokens to add, an end token included
 * @param noRepeatNgram no sequence of this many tokens occurs twice, 0 for no such rule
 * @param repetitionPenalty divides the positive and multiplies the negative scores of tokens that
 *     the row already has (Keskar et al., 2019), 1 for no such rule
 * @param endTokens ids that end a continuation; they stay out of it
 * @param stop asked after each token with the new tokens so far; true ends the continuation
 */
public record GenerationOptions(
    Strategy strategy,
    int minNewTokens,
    int maxNewTokens,
    int noRepeatNgram,
    double repetitionPenalty,
    Set<Integer> endTokens,
    Predicate<int[]> stop) {

  public GenerationOptions {
    Objects.requireNonNull(strategy, "strategy");
    Objects.requireNonNull(stop, "stop");
    endTokens = Set.copyOf(endTokens);
    if (maxNewTokens < 1 || minNewTokens < 0 || minNewTokens > maxNewTokens) {
      throw new IllegalArgumentException(
          "number of new tokens expected at least 1 and no less than the minimum but found "
              + minNewTokens
              + " to "
              + maxNewTokens);
    }
    if (noRepeatNgram < 0) {
      throw new IllegalArgumentException(
          "no-repeat n-gram expected 0 or more but found " + noRepeatNgram);
    }
    if (!(repetitionPenalty > 0) || Double.isInfinite(repetitionPenalty)) {
      throw new IllegalArgumentException(
          "repetition penalty expected above 0 but found " + repetitionPenalty);
    }
  }

  /**
   * Greedy generation that ends at an end token or after so many tokens.
   *
   * @param maxNewTokens most tokens to add
   * @param endTokens ids that end a continuation
   * @return the options
   */
  public static GenerationOptions greedy(int maxNewTokens, Set<Integer> endTokens) {
    return new GenerationOptions(
        new Strategy.Greedy(), 0, maxNewTokens, 0, 1, endTokens, continuation -> false);
  }

  /**
   * The same with another way to choose tokens.
   *
   * @param chosen the strategy
   * @return new options
   */
  public GenerationOptions with(Strategy chosen) {
    return new GenerationOptions(
        chosen, minNewTokens, maxNewTokens, noRepeatNgram, repetitionPenalty, endTokens, stop);
  }

  /**
   * The same with a least number of tokens.
   *
   * @param tokens no end token before
   * @return new options
   */
  public GenerationOptions withMinNewTokens(int tokens) {
    return new GenerationOptions(
        strategy, tokens, maxNewTokens, noRepeatNgram, repetitionPenalty, endTokens, stop);
  }

  /**
   * The same with rules against repetition.
   *
   * @param ngram no sequence of this many tokens occurs twice, 0 for no such rule
   * @param penalty repetition penalty, 1 for none
   * @return new options
   */
  public GenerationOptions withRepetition(int ngram, double penalty) {
    return new GenerationOptions(
        strategy, minNewTokens, maxNewTokens, ngram, penalty, endTokens, stop);
  }

  /**
   * The same with a condition that ends continuations.
   *
   * @param condition asked after each token with the new tokens so far
   * @return new options
   */
  public GenerationOptions withStop(Predicate<int[]> condition) {
    return new GenerationOptions(
        strategy,
        minNewTokens,
        maxNewTokens,
        noRepeatNgram,
        repetitionPenalty,
        endTokens,
        condition);
  }

  /** Applies the rules to the scores of a row's next token, in transformers' order. */
  void restrict(float[] scores, Sequence row) {
    Scores.penalise(scores, row.tokens(), repetitionPenalty);
    Scores.forbidRepeats(scores, row.tokens(), noRepeatNgram);
    if (row.added() < minNewTokens) {
      Scores.forbid(scores, endTokens);
    }
  }

  /** Why a row ends with its last token, {@link Ending#NONE} if it goes on. */
  Ending ending(Sequence row) {
    if (endTokens.contains(row.last())) {
      return Ending.END_TOKEN;
    }
    if (stop.test(row.continuation())) {
      return Ending.STOP;
    }
    return row.added() >= maxNewTokens ? Ending.LENGTH : Ending.NONE;
  }
}
