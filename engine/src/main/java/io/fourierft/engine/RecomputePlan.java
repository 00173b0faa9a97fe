package io.fourierft.engine;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Which blocks of a training step are computed again, and what of them is not.
 *
 * <p>A block through which no gradient flows has nothing to keep. The last block is the first one
 * of the backward pass, so its activations are kept; and those of the one before it where the last
 * one works on a single row of each sequence. Of a block that is computed again, a linear layer or
 * a sum is left out if no backward step and no other operation needs its result: the last product
 * of a transformer's layer, whose sum goes into the next layer's residual (kept as that layer's
 * input) or into a layer norm. Such a norm keeps its normalised rows; the block's result, which is
 * the next one's input, is made of them and not kept itself.
 */
final class RecomputePlan {
  private final Map<Integer, Sketch.Span> blocks; // by their first result
  private final BitSet skipped = new BitSet();

  private RecomputePlan(Map<Integer, Sketch.Span> blocks) {
    this.blocks = blocks;
  }

  /** A plan that computes nothing again. */
  static RecomputePlan none() {
    return new RecomputePlan(Map.of());
  }

  static RecomputePlan of(Sketch sketch, Parameters parameters) {
    BitSet differentiable = differentiable(sketch, parameters);
    RecomputePlan plan =
        new RecomputePlan(
            forgotten(sketch.blocks()).stream()
                .filter(block -> differentiable.get(block.result()))
                .filter(block -> block.result() >= block.begin())
                .collect(Collectors.toMap(Sketch.Span::begin, Function.identity())));
    plan.blocks.values().forEach(block -> plan.skip(sketch, parameters, block));
    return plan;
  }

  private static BitSet differentiable(Sketch sketch, Parameters parameters) {
    BitSet differentiable = new BitSet();
    for (int i = 0; i < sketch.entries().size(); i++) {
      Sketch.Entry entry = sketch.entries().get(i);
      boolean flows = entry.sources().stream().anyMatch(differentiable::get);
      differentiable.set(i, flows || entry.learns().test(parameters));
    }
    return differentiable;
  }

  private static List<Sketch.Span> forgotten(List<Sketch.Span> all) {
    List<Sketch.Span> blocks = new ArrayList<>(all);
    boolean small = true;
    while (small && !blocks.isEmpty()) {
      small = blocks.remove(blocks.size() - 1).pools();
    }
    return blocks;
  }

  private void skip(Sketch sketch, Parameters parameters, Sketch.Span block) {
    BitSet needed = new BitSet();
    for (int i = block.end() - 1; i >= block.begin(); i--) {
      Sketch.Entry entry = sketch.entries().get(i);
      boolean dispensable =
          switch (entry.kind()) {
            case LINEAR, SUM -> true;
            case NORM -> i == block.result();
            case OTHER -> false;
          };
      boolean computed = needed.get(i) || !dispensable;
      skipped.set(i, !computed);
      if (computed) {
        entry.sources().forEach(needed::set);
      } else if (entry.reads().test(parameters)) {
        needed.set(entry.sources().get(0));
      }
    }
  }

  /** Whether a block that begins with the i-th result is computed again. */
  boolean forgets(int begin) {
    return blocks.containsKey(begin);
  }

  /** Whether the i-th result is left out when its block is computed again. */
  boolean skips(int i) {
    return skipped.get(i);
  }
}
