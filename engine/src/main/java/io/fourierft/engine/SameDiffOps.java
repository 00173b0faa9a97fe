package io.fourierft.engine;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Emits each operation into a SameDiff graph of stock ops. Batch and sequence length stay open:
 * shapes come from the input at run time.
 *
 * <p>Compositions stand where the library's own op is wrong or has no epsilon (GELU, layer norm) or
 * where it costs the gradient of a frozen operand.
 */
final class SameDiffOps implements Ops<SDVariable> {
  private final SameDiff graph;
  private final Parameters parameters;
  private final DataType type;
  private final SDVariable ids; // [batch, sequence]
  private final SDVariable tokenTypes; // [batch, sequence]
  private final SDVariable mask; // [batch, sequence]
  private final SDVariable shape; // [2]: batch, sequence

  SameDiffOps(SameDiff graph, Parameters parameters) {
    this.graph = graph;
    this.parameters = parameters;
    this.type = parameters.type();
    this.ids = graph.placeHolder(SameDiffModel.INPUT_IDS, DataType.INT32, -1, -1);
    this.tokenTypes = graph.placeHolder(SameDiffModel.TOKEN_TYPE_IDS, DataType.INT32, -1, -1);
    this.mask =
        graph.placeHolder(SameDiffModel.ATTENTION_MASK, DataType.INT32, -1, -1).castTo(type);
    this.shape = ids.shape().castTo(DataType.INT64);
  }

  private SDVariable parameter(String name) {
    return graph.hasVariable(name)
        ? graph.getVariable(name)
        : graph.constant(name, parameters.value(name));
  }

  /** Reads a token matrix as {@code [batch, sequence, tail...]}. */
  private SDVariable bySequence(SDVariable x, long... tail) {
    SDVariable rest = graph.constant(Nd4j.createFromArray(tail));
    return graph.reshape(x, graph.concat(0, shape, rest));
  }

  @Override
  public SDVariable tokenEmbedding(String module) {
    return rows(module, ids);
  }

  @Override
  public SDVariable tokenTypeEmbedding(String module) {
    return rows(module, tokenTypes);
  }

  @Override
  public SDVariable positionEmbedding(String module, Positions positions) {
    return rows(module, positions(positions).castTo(DataType.INT32));
  }

  private SDVariable rows(String module, SDVariable indices) {
    return graph.gather(parameter(module + ".weight"), graph.reshape(indices, -1), 0);
  }

  private SDVariable positions(Positions positions) {
    if (positions instanceof Positions.Sequential sequential) {
      return sequence().add(sequential.offset());
    }
    if (positions instanceof Positions.AfterPadding after) {
      SDVariable real = graph.neq(ids, after.padding()).castTo(type);
      return graph.cumsum(real, false, false, 1).mul(real).add(after.padding());
    }
    return graph.math().max(count().sub(1), graph.zerosLike(mask));
  }

  /** 0, 1, 2, ... along each row, {@code [batch, sequence]}. */
  private SDVariable sequence() {
    return graph.cumsum(graph.onesLike(mask), true, false, 1);
  }

  /** Number of real tokens up to and with each one, {@code [batch, sequence]}. */
  private SDVariable count() {
    return graph.cumsum(mask, false, false, 1);
  }

  @Override
  public SDVariable linear(SDVariable x, Linear linear) {
    boolean transpose = linear.layout() == Linear.Layout.OUT_IN;
    SDVariable y =
        graph.mmul(x, parameter(linear.weight()), false, transpose, false); // [rows, out]
    return linear.bias() ? y.add(parameter(linear.biasName())) : y;
  }

  @Override
  public SDVariable layerNorm(SDVariable x, String module, double eps) {
    SDVariable centred = x.sub(x.mean(true, 1)); // [rows, width]
    SDVariable variance = centred.mul(centred).mean(true, 1); // [rows, 1]
    SDVariable normal = centred.mul(graph.math().rsqrt(variance.add(eps)));
    return normal.mul(parameter(module + ".weight")).add(parameter(module + ".bias"));
  }

  @Override
  public SDVariable add(SDVariable a, SDVariable b) {
    return a.add(b);
  }

  @Override
  public SDVariable activation(SDVariable x, Activation activation) {
    return switch (activation) {
      case GELU -> x.mul(graph.math().erf(x.mul(Math.sqrt(0.5))).add(1)).mul(0.5);
      case GELU_TANH -> {
        SDVariable inner = x.add(x.mul(x).mul(x).mul(0.044715)).mul(Math.sqrt(2 / Math.PI));
        yield x.mul(graph.math().tanh(inner).add(1)).mul(0.5);
      }
      case RELU -> graph.nn().relu(x, 0);
      case SILU -> x.mul(graph.nn().sigmoid(x));
      case TANH -> graph.math().tanh(x);
    };
  }

  @Override
  public SDVariable attention(
      SDVariable query, SDVariable key, SDVariable value, Attention attention) {
    int group = attention.heads() / attention.keyValueHeads();
    SDVariable q = heads(query, attention.heads(), attention.headSize()); // [b, h, t, d]
    SDVariable k =
        repeat(
            heads(key, attention.keyValueHeads(), attention.headSize()),
            attention.keyValueHeads(),
            group);
    SDVariable v =
        repeat(
            heads(value, attention.keyValueHeads(), attention.headSize()),
            attention.keyValueHeads(),
            group);
    SDVariable scores = graph.mmul(q, k, false, true, false).mul(attention.scale()); // [b, h, t, t]
    scores = scores.add(additiveMask(attention.causal()));
    if (type == DataType.DOUBLE) {
      scores = scores.sub(scores.max(true, 3)); // see Elementwise.softmaxRows
    }
    SDVariable weights = graph.nn().softmax(scores, -1);
    SDVariable out = graph.mmul(weights, v).permute(0, 2, 1, 3); // [b, t, h, d]
    return graph.reshape(out, -1, attention.heads() * attention.headSize());
  }

  private SDVariable heads(SDVariable x, int heads, int size) {
    return bySequence(x, heads, size).permute(0, 2, 1, 3);
  }

  /** Each key-value head {@code group} times in a row, along axis 1. */
  private SDVariable repeat(SDVariable x, int heads, int group) {
    if (group == 1) {
      return x;
    }
    SDVariable[] slices = graph.unstack(x, 1, heads);
    SDVariable[] repeated = new SDVariable[slices.length * group];
    for (int i = 0; i < repeated.length; i++) {
      repeated[i] = slices[i / group];
    }
    return graph.stack(1, repeated);
  }

  /** {@code [batch, 1, 1 or sequence, sequence]}. */
  private SDVariable additiveMask(boolean causal) {
    SDVariable hidden = mask.rsub(1); // 1 on padding
    SDVariable padding = graph.expandDims(graph.expandDims(hidden, 1), 1);
    if (causal) {
      SDVariable key = graph.expandDims(sequence(), 1); // [b, 1, t]
      SDVariable query = graph.expandDims(sequence(), 2); // [b, t, 1]
      SDVariable later = graph.math().max(graph.math().min(key.sub(query), one()), one().mul(0));
      padding = graph.math().max(padding, graph.expandDims(later, 1));
    }
    return padding.mul(Masks.HIDDEN);
  }

  private SDVariable one() {
    return graph.constant(Nd4j.scalar(type, 1));
  }

  @Override
  public SDVariable pool(SDVariable x, Pooling pooling) {
    SDVariable weights =
        switch (pooling) {
          case FIRST -> graph.eq(sequence(), 0).castTo(type);
          case LAST -> graph.eq(count().mul(mask), count().max(true, 1)).castTo(type);
          case MEAN -> mask.div(mask.sum(true, 1));
        };
    SDVariable column = graph.expandDims(weights, 1); // [b, 1, t]
    SDVariable rows = graph.mmul(column, bySequence(x, -1)); // [b, 1, width]
    return graph.squeeze(rows, 1);
  }
}
