package io.fourierft.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * The results of a network in the order they are created, what each is made of and which belong to
 * a block: learnt by walking the network once, without computing.
 */
final class Sketch implements Ops<Integer> {

  /** What the backward pass of an operation needs of the forward pass. */
  enum Kind {
    /** A linear layer, with or without a residual: its input, where its weight learns. */
    LINEAR,
    /** A sum: nothing. */
    SUM,
    /** A layer norm: the normalised rows, not its input. */
    NORM,
    /** Anything else is computed as a whole. */
    OTHER
  }

  /**
   * A result.
   *
   * @param sources the results it is made of
   * @param reads whether the gradient of its own weight needs its first source
   * @param learns whether a parameter of its own learns
   */
  record Entry(
      Kind kind,
      List<Integer> sources,
      Predicate<Parameters> reads,
      Predicate<Parameters> learns) {}

  /**
   * A block: its results from {@code begin} to {@code end} (exclusive).
   *
   * @param pools whether it reduces sequences to single rows
   */
  record Span(int begin, int end, int result, boolean pools) {}

  private final List<Entry> entries = new ArrayList<>();
  private final List<Span> blocks = new ArrayList<>();
  private final int[] uses;
  private boolean inBlock;
  private boolean pools;

  private Sketch(Network network) {
    int output = network.forward(this);
    uses = new int[entries.size()];
    uses[output]++;
    for (Entry entry : entries) {
      entry.sources().forEach(source -> uses[source]++);
    }
  }

  static Sketch of(Network network) {
    return new Sketch(network);
  }

  /** Consumers of the i-th result; the output of the network counts one more. */
  int uses(int i) {
    return uses[i];
  }

  List<Entry> entries() {
    return entries;
  }

  /** The outermost blocks, from the first to the last. */
  List<Span> blocks() {
    return blocks;
  }

  private Integer create(Kind kind, Predicate<Parameters> learns, Integer... sources) {
    return create(new Entry(kind, List.of(sources), parameters -> false, learns));
  }

  private Integer create(Entry entry) {
    entries.add(entry);
    return entries.size() - 1;
  }

  private static Predicate<Parameters> none() {
    return parameters -> false;
  }

  private static Predicate<Parameters> any(String... names) {
    return parameters ->
        List.of(names).stream().anyMatch(name -> parameters.gradient(name).isPresent());
  }

  @Override
  public Integer block(Integer x, UnaryOperator<Integer> body) {
    if (inBlock) {
      return body.apply(x);
    }
    int begin = entries.size();
    inBlock = true;
    pools = false;
    int result = body.apply(x);
    inBlock = false;
    blocks.add(new Span(begin, entries.size(), result, pools));
    return result;
  }

  @Override
  public Integer tokenEmbedding(String module) {
    return create(Kind.OTHER, any(module + ".weight"));
  }

  @Override
  public Integer tokenTypeEmbedding(String module) {
    return create(Kind.OTHER, any(module + ".weight"));
  }

  @Override
  public Integer positionEmbedding(String module, Positions positions) {
    return create(Kind.OTHER, any(module + ".weight"));
  }

  @Override
  public Integer patchEmbedding(Patches patches) {
    return create(Kind.OTHER, any(patches.module() + ".weight", patches.module() + ".bias"));
  }

  @Override
  public Integer prependToken(Integer x, String row) {
    return create(Kind.OTHER, any(row), x);
  }

  @Override
  public Integer addTable(Integer x, String table) {
    return create(Kind.OTHER, any(table), x);
  }

  @Override
  public Integer rmsNorm(Integer x, String module, double eps) {
    return create(Kind.OTHER, any(module + ".weight"), x);
  }

  @Override
  public Integer multiply(Integer a, Integer b) {
    return create(Kind.OTHER, none(), a, b);
  }

  @Override
  public Integer rotary(Integer x, Rotary rotary) {
    return create(Kind.OTHER, none(), x);
  }

  @Override
  public Integer columns(Integer x, int from, int to) {
    return create(Kind.OTHER, none(), x);
  }

  @Override
  public Integer linear(Integer x, Linear linear) {
    return create(linear, x);
  }

  @Override
  public Integer linear(Integer x, Linear linear, Integer residual) {
    return create(linear, x, residual);
  }

  private Integer create(Linear linear, Integer... sources) {
    Predicate<Parameters> weight = parameters -> parameters.linear(linear).trainable();
    Predicate<Parameters> learns = linear.bias() ? weight.or(any(linear.biasName())) : weight;
    return create(new Entry(Kind.LINEAR, List.of(sources), weight, learns));
  }

  @Override
  public Integer layerNorm(Integer x, String module, double eps) {
    return create(Kind.NORM, any(module + ".weight", module + ".bias"), x);
  }

  @Override
  public Integer add(Integer a, Integer b) {
    return create(Kind.SUM, none(), a, b);
  }

  @Override
  public Integer activation(Integer x, Activation activation) {
    return create(Kind.OTHER, none(), x);
  }

  @Override
  public Integer attention(Integer query, Integer key, Integer value, Attention attention) {
    return create(Kind.OTHER, none(), query, key, value);
  }

  @Override
  public Integer pool(Integer x, Pooling pooling) {
    pools = true;
    return create(Kind.OTHER, none(), x);
  }
}
