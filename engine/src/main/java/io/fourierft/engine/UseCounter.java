package io.fourierft.engine;

import java.util.ArrayList;
import java.util.List;

/** Walks a network without computing and counts the consumers of each result, in creation order. */
final class UseCounter implements Ops<Integer> {
  private final List<Integer> uses = new ArrayList<>();

  private UseCounter() {}

  /** Consumers of the network's i-th result; the output counts one more. */
  static int[] count(Network network) {
    UseCounter counter = new UseCounter();
    counter.use(network.forward(counter));
    return counter.uses.stream().mapToInt(Integer::intValue).toArray();
  }

  private Integer create(Integer... consumed) {
    for (Integer index : consumed) {
      use(index);
    }
    uses.add(0);
    return uses.size() - 1;
  }

  private void use(Integer index) {
    uses.set(index, uses.get(index) + 1);
  }

  @Override
  public Integer tokenEmbedding(String module) {
    return create();
  }

  @Override
  public Integer tokenTypeEmbedding(String module) {
    return create();
  }

  @Override
  public Integer positionEmbedding(String module, Positions positions) {
    return create();
  }

  @Override
  public Integer patchEmbedding(Patches patches) {
    return create();
  }

  @Override
  public Integer prependToken(Integer x, String row) {
    return create(x);
  }

  @Override
  public Integer addTable(Integer x, String table) {
    return create(x);
  }

  @Override
  public Integer rmsNorm(Integer x, String module, double eps) {
    return create(x);
  }

  @Override
  public Integer multiply(Integer a, Integer b) {
    return create(a, b);
  }

  @Override
  public Integer rotary(Integer x, Rotary rotary) {
    return create(x);
  }

  @Override
  public Integer columns(Integer x, int from, int to) {
    return create(x);
  }

  @Override
  public Integer linear(Integer x, Linear linear) {
    return create(x);
  }

  @Override
  public Integer linear(Integer x, Linear linear, Integer residual) {
    return create(x, residual);
  }

  @Override
  public Integer layerNorm(Integer x, String module, double eps) {
    return create(x);
  }

  @Override
  public Integer add(Integer a, Integer b) {
    return create(a, b);
  }

  @Override
  public Integer activation(Integer x, Activation activation) {
    return create(x);
  }

  @Override
  public Integer attention(Integer query, Integer key, Integer value, Attention attention) {
    return create(query, key, value);
  }

  @Override
  public Integer pool(Integer x, Pooling pooling) {
    return create(x);
  }
}
