package io.fourierft.generate;

import io.fourierft.engine.DirectModel;
import io.fourierft.engine.Linear;
import io.fourierft.engine.Network;
import io.fourierft.engine.Parameters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Continues prompts with a decoder. Rows that have ended leave the batch. For one thread at a time.
 */
public final class TokenGenerator implements AutoCloseable {
  private final Parameters parameters;
  private final DirectModel model;
  private final int positions;

  private TokenGenerator(Network network, Parameters parameters, int positions) {
    this.parameters = parameters;
    this.model = DirectModel.of(network, parameters);
    this.positions = positions;
  }

  /**
   * A generator.
   *
   * @param nextToken network whose output is the logits of the token after each row, {@code [batch,
   *     vocabulary]}, and which counts positions over the attention mask
   * @param parameters its parameters, adapted or not; they stay with the caller
   * @param linears its linear modules
   * @param positions most tokens that a row may have
   * @return the generator
   */
  public static TokenGenerator of(
      Network nextToken, Parameters parameters, List<Linear> linears, int positions) {
    return new TokenGenerator(nextToken, RowWeight.over(parameters, linears), positions);
  }

  /**
   * Continues a batch of prompts.
   *
   * @param prompts token ids, at least one each
   * @param options when and how
   * @return what was added to each prompt
   */
  public List<Continuation> generate(List<int[]> prompts, GenerationOptions options) {
    return generate(prompts, options, TokenListener.SILENT);
  }

  /**
   * Continues a batch of prompts.
   *
   * @param prompts token ids, at least one each
   * @param options when and how
   * @param listener hears of each token, but nothing from beam search
   * @return what was added to each prompt
   */
  public List<Continuation> generate(
      List<int[]> prompts, GenerationOptions options, TokenListener listener) {
    if (prompts.isEmpty()) {
      return List.of();
    }
    if (options.maxNewTokens() >= positions) {
      throw new IllegalArgumentException(
          "number of new tokens expected at most "
              + (positions - 1)
              + ", as the model has "
              + positions
              + " positions, but found "
              + options.maxNewTokens());
    }
    prompts.forEach(prompt -> require(prompt, options));
    try (Decoding decoding = new Decoding(model, positions)) {
      return options.strategy() instanceof Strategy.Beam beam
          ? search(decoding, prompts, beam, options)
          : extend(decoding, prompts, options, listener);
    }
  }

  private void require(int[] prompt, GenerationOptions options) {
    if (prompt.length == 0 || prompt.length + options.maxNewTokens() > positions) {
      throw new IllegalArgumentException(
          "prompt expected 1 to "
              + (positions - options.maxNewTokens())
              + " tokens, to leave room for "
              + options.maxNewTokens()
              + " new ones in the model's "
              + positions
              + " positions, but found "
              + prompt.length);
    }
  }

  private static List<Continuation> search(
      Decoding decoding, List<int[]> prompts, Strategy.Beam beam, GenerationOptions options) {
    List<BeamSearch> searches =
        prompts.stream().map(prompt -> new BeamSearch(beam, options, prompt)).toList();
    List<BeamSearch> open = searches;
    float[][] logits = decoding.start(prompts);
    while (true) {
      List<int[]> parents = new ArrayList<>();
      int row = 0;
      for (BeamSearch search : open) {
        int from = row;
        row += search.rows();
        search.advance(Arrays.asList(logits).subList(from, row));
        if (!search.done()) {
          parents.add(Arrays.stream(search.parents()).map(parent -> from + parent).toArray());
        }
      }
      open = open.stream().filter(search -> !search.done()).toList();
      if (open.isEmpty()) {
        return searches.stream().map(BeamSearch::best).toList();
      }
      decoding.select(parents.stream().flatMapToInt(Arrays::stream).toArray());
      logits =
          decoding.next(
              open.stream().flatMapToInt(search -> Arrays.stream(search.tokens())).toArray());
    }
  }

  private static List<Continuation> extend(
      Decoding decoding, List<int[]> prompts, GenerationOptions options, TokenListener listener) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      rows.add(new Row(i, prompts.get(i), chooser(options.strategy(), i)));
    }
    List<Row> open = rows;
    float[][] logits = decoding.start(prompts);
    while (true) {
      List<Integer> kept = new ArrayList<>();
      for (int i = 0; i < open.size(); i++) {
        if (open.get(i).extend(logits[i], options, listener) == Ending.NONE) {
          kept.add(i);
        }
      }
      if (kept.isEmpty()) {
        return rows.stream().map(Row::continuation).toList();
      }
      decoding.select(kept.stream().mapToInt(Integer::intValue).toArray());
      open = kept.stream().map(open::get).toList();
      logits = decoding.next(open.stream().mapToInt(row -> row.sequence.last()).toArray());
    }
  }

  private static ToIntFunction<float[]> chooser(Strategy strategy, int row) {
    return strategy instanceof Strategy.Sample sample
        ? new Sampler(sample, row)::draw
        : Scores::best;
  }

  @Override
  public void close() {
    model.close();
    parameters.close();
  }

  /** One prompt of a batch and what has been added to it. */
  private static final class Row {
    private final int index;
    private final ToIntFunction<float[]> choose;
    private Sequence sequence;
    private Ending ending = Ending.NONE;

    Row(int index, int[] prompt, ToIntFunction<float[]> choose) {
      this.index = index;
      this.choose = choose;
      this.sequence = Sequence.of(prompt);
    }

    Ending extend(float[] logits, GenerationOptions options, TokenListener listener) {
      options.restrict(logits, sequence);
      sequence = sequence.plus(choose.applyAsInt(logits));
      ending = options.ending(sequence);
      if (ending != Ending.END_TOKEN) {
        listener.added(index, sequence.last());
      }
      return ending;
    }

    Continuation continuation() {
      return Continuation.of(sequence, 0, ending);
    }
  }
}
