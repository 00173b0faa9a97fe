package io.fourierft.engine;

import java.util.HashMap;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The inputs of an emitted graph, made when first asked for: placeholders, the open batch and
 * sequence sizes, masks and positions.
 */
final class GraphInputs {
  private final SameDiff graph;
  private final DataType type;
  private final Map<Boolean, SDVariable> hidden = new HashMap<>();
  private final Map<Boolean, SDVariable> additiveMasks = new HashMap<>();
  private final Map<Boolean, SDVariable> sighted = new HashMap<>();
  private SDVariable shape; // [2]: batch, sequence
  private SDVariable mask; // [batch, sequence]

  GraphInputs(SameDiff graph, DataType type) {
    this.graph = graph;
    this.type = type;
  }

  private SDVariable placeholder(String name, DataType dataType, long... dimensions) {
    return graph.hasVariable(name)
        ? graph.getVariable(name)
        : graph.placeHolder(name, dataType, dimensions);
  }

  /** {@code [batch, sequence]}. */
  SDVariable ids() {
    return placeholder(SameDiffModel.INPUT_IDS, DataType.INT32, -1, -1);
  }

  /** {@code [batch, sequence]}. */
  SDVariable tokenTypes() {
    return placeholder(SameDiffModel.TOKEN_TYPE_IDS, DataType.INT32, -1, -1);
  }

  /** {@code [batch, channels, height, width]}; fixes the sequence to the number of patches. */
  SDVariable pixels(Patches patches) {
    SDVariable pixels =
        placeholder(
            SameDiffModel.PIXEL_VALUES,
            type,
            -1,
            patches.channels(),
            patches.height(),
            patches.width());
    SDVariable batch = graph.reshape(graph.sizeAt(pixels, 0).castTo(DataType.INT64), 1);
    sequence(batch, patches.count());
    return pixels;
  }

  /** One more row for each image: a class token. */
  void lengthen() {
    SDVariable one = graph.constant(Nd4j.createFromArray(0L, 1L));
    shape = shape().add(one);
    mask = null;
  }

  private void sequence(SDVariable batch, long count) {
    shape = graph.concat(0, batch, graph.constant(Nd4j.createFromArray(new long[] {count})));
    mask = null;
  }

  private SDVariable shape() {
    if (shape == null) {
      shape = ids().shape().castTo(DataType.INT64);
    }
    return shape;
  }

  /** 1 for a token and 0 for padding, in the graph's element type, {@code [batch, sequence]}. */
  SDVariable mask() {
    if (mask == null) {
      mask =
          graph.hasVariable(SameDiffModel.PIXEL_VALUES)
              ? graph.fill(shape(), type, 1)
              : placeholder(SameDiffModel.ATTENTION_MASK, DataType.INT32, -1, -1).castTo(type);
    }
    return mask;
  }

  /** Reads a token matrix as {@code [batch, sequence, tail...]}; one of the tail may be -1. */
  SDVariable bySequence(SDVariable x, long... tail) {
    SDVariable rest = graph.constant(Nd4j.createFromArray(tail));
    return graph.reshape(x, graph.concat(0, shape(), rest));
  }

  /** Reads a matrix as {@code [batch, tail...]}; one of the tail may be -1. */
  SDVariable byBatch(SDVariable x, long... tail) {
    SDVariable rest = graph.constant(Nd4j.createFromArray(tail));
    SDVariable batch = graph.slice(shape(), new int[] {0}, 1);
    return graph.reshape(x, graph.concat(0, batch, rest));
  }

  /** Position of each token, {@code [batch, sequence]}. */
  SDVariable positions(Positions positions) {
    if (positions instanceof Positions.Sequential sequential) {
      return index().add(sequential.offset());
    }
    if (positions instanceof Positions.AfterPadding after) {
      SDVariable real = graph.neq(ids(), after.padding()).castTo(type);
      return graph.cumsum(real, false, false, 1).mul(real).add(after.padding());
    }
    return graph.math().max(count().sub(1), graph.zerosLike(mask()));
  }

  /** 0, 1, 2, ... along each row, {@code [batch, sequence]}. */
  private SDVariable index() {
    return graph.cumsum(graph.onesLike(mask()), true, false, 1);
  }

  /** Number of real tokens up to and with each one, {@code [batch, sequence]}. */
  private SDVariable count() {
    return graph.cumsum(mask(), false, false, 1);
  }

  /** {@code [batch, 1, 1 or sequence, sequence]}. */
  SDVariable additiveMask(boolean causal) {
    return additiveMasks.computeIfAbsent(causal, rule -> hidden(rule).mul(Masks.HIDDEN));
  }

  /**
   * 0 for tokens that see none, see {@link Masks#silence}; {@code [batch, 1, 1 or sequence, 1]}.
   */
  SDVariable sighted(boolean causal) {
    return sighted.computeIfAbsent(causal, rule -> hidden(rule).min(true, 3).rsub(1));
  }

  private SDVariable hidden(boolean causal) {
    return hidden.computeIfAbsent(causal, this::makeHidden);
  }

  /** 1 on what a token may not see, {@code [batch, 1, 1 or sequence, sequence]}. */
  private SDVariable makeHidden(boolean causal) {
    SDVariable padding = graph.expandDims(graph.expandDims(mask().rsub(1), 1), 1);
    if (!causal) {
      return padding;
    }
    SDVariable key = graph.expandDims(index(), 1); // [batch, 1, sequence]
    SDVariable query = graph.expandDims(index(), 2); // [batch, sequence, 1]
    SDVariable later = graph.gt(key, query).castTo(type); // [batch, sequence, sequence]
    return graph.math().max(padding, graph.expandDims(later, 1));
  }

  /** Weights of a sequence's tokens in its pooled row, {@code [batch, sequence]}. */
  SDVariable poolingWeights(Pooling pooling) {
    if (pooling instanceof Pooling.LastUnlike last) {
      return lastUnlike(last.padding());
    }
    return switch ((Pooling.OverMask) pooling) {
      case FIRST -> graph.eq(index(), 0).castTo(type);
      case LAST -> graph.eq(count().mul(mask()), count().max(true, 1)).castTo(type);
      case MEAN -> mask().div(mask().sum(true, 1));
    };
  }

  /** The highest index of another token, 0 if there is none, as {@link PoolKernel} has it. */
  private SDVariable lastUnlike(int padding) {
    SDVariable other = graph.neq(ids(), padding).castTo(type);
    return graph.eq(index(), index().mul(other).max(true, 1)).castTo(type);
  }
}
