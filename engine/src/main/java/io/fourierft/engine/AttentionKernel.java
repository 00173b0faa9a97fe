package io.fourierft.engine;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Scaled dot-product attention over heads, {@code P = softmax(s q k^T + mask)}, {@code o = P v}.
 * Heads are strided views of the token matrices: nothing is copied. Backward, per head: {@code dv =
 * P^T do}, {@code dP = do v^T}, {@code dS = P (dP - rowsum(dP P))}, {@code dq = s dS k}, {@code dk
 * = s dS^T q}. The row of P of a token that may see none is zero.
 *
 * <p>With fewer key-value heads than heads, the queries of one group are laid out behind each other
 * as one longer sequence, so that keys and values are read in place.
 */
final class AttentionKernel {
  private final Step step;
  private final Attention shape;
  private final int batch;
  private final int sequence;
  private final Node query;
  private final Node key;
  private final Node value;
  private INDArray keys; // [batch, keyValueHeads, context, headSize]
  private INDArray values; // [batch, keyValueHeads, context, headSize]
  private INDArray weights; // P, [batch, keyValueHeads, group * sequence, context]
  private Node result;

  private AttentionKernel(Step step, Node query, Node key, Node value, Attention shape) {
    this.step = step;
    this.shape = shape;
    this.batch = step.inputs.batch();
    this.sequence = (int) (query.value().size(0) / batch);
    this.query = query;
    this.key = key;
    this.value = value;
  }

  static Node forward(Step step, Node query, Node key, Node value, Attention shape) {
    return new AttentionKernel(step, query, key, value, shape).run();
  }

  private Node run() {
    Arena arena = step.arena;
    int heads = shape.heads();
    int groups = shape.keyValueHeads();
    int longSequence = heads / groups * sequence;
    KeyValueCache.Entry seen =
        step.remember(split(key.value(), groups), split(value.value(), groups));
    keys = seen.keys();
    values = seen.values();
    long context = keys.size(2);
    weights = arena.take(batch, groups, longSequence, context);
    INDArray q = grouped(query.value(), true);
    Gemm.multiply(q, false, keys, true, weights, shape.scale(), 0); // [b, g, r*t, context]
    drop(q);
    INDArray scores = weights.reshape(batch, heads, sequence, context);
    if (step.masks().needed(shape.causal())) {
      Elementwise.add(scores, step.masks().additive(shape.causal()), scores);
    }
    step.passes.softmax(weights.reshape((long) batch * heads * sequence, context));
    step.masks().silence(shape.causal(), scores);
    INDArray out = arena.take((long) batch * sequence, (long) heads * shape.headSize());
    INDArray o = groupedLike(out);
    Gemm.multiply(weights, false, values, false, o); // [b, g, r*t, d]
    ungroup(o, out);

    result = step.node(out, step.differentiable(query, key, value));
    if (result.differentiable) {
      query.retain();
      key.retain();
      value.retain();
      step.record(result, this::backward);
    } else {
      arena.give(weights);
    }
    query.release();
    key.release();
    value.release();
    return result;
  }

  private void backward() {
    Arena arena = step.arena;
    int groups = shape.keyValueHeads();
    INDArray dout = grouped(result.gradient(), true); // [b, g, r*t, d]
    if (value.differentiable) {
      INDArray dv = arena.take(value.value().shape());
      Gemm.multiply(weights, true, dout, false, split(dv, groups));
      value.contribute(dv);
    }
    if (query.differentiable || key.differentiable) {
      scores(dout);
    }
    drop(dout);
    arena.give(weights);
    query.release();
    key.release();
    value.release();
  }

  /** Carries the gradient through the softmax to queries and keys. */
  private void scores(INDArray dout) {
    Arena arena = step.arena;
    int groups = shape.keyValueHeads();
    long context = keys.size(2);
    long rows = weights.length() / context;
    INDArray ds = arena.take(weights.shape()); // dP, then dS
    Gemm.multiply(dout, false, values, true, ds);
    step.passes.softmaxBackward(weights.reshape(rows, context), ds.reshape(rows, context));
    if (query.differentiable) {
      INDArray dq = arena.take(query.value().shape());
      INDArray target = groupedLike(dq);
      Gemm.multiply(ds, false, keys, false, target, shape.scale(), 0);
      ungroup(target, dq);
      query.contribute(dq);
    }
    if (key.differentiable) {
      INDArray dk = arena.take(key.value().shape());
      INDArray q = grouped(query.value(), true);
      Gemm.multiply(ds, true, q, false, split(dk, groups), shape.scale(), 0);
      drop(q);
      key.contribute(dk);
    }
    arena.give(ds);
  }

  /** The heads of a token matrix, {@code [batch, heads, sequence, headSize]}, as a view. */
  private INDArray split(INDArray x, int heads) {
    long tokens = x.size(0) / batch;
    return x.reshape('c', batch, tokens, heads, shape.headSize()).permute(0, 2, 1, 3);
  }

  private boolean oneToOne() {
    return shape.heads() == shape.keyValueHeads();
  }

  /**
   * Query heads by group, {@code [batch, groups, group * sequence, headSize]}: a view or a copy.
   */
  private INDArray grouped(INDArray x, boolean fill) {
    INDArray view = split(x, shape.heads());
    if (oneToOne()) {
      return view;
    }
    int groups = shape.keyValueHeads();
    INDArray copy =
        step.arena.take(
            batch, groups, x.length() / batch / groups / shape.headSize(), shape.headSize());
    if (fill) {
      copy.reshape('c', batch, shape.heads(), sequence, shape.headSize()).assign(view);
    }
    return copy;
  }

  private INDArray groupedLike(INDArray x) {
    return grouped(x, false);
  }

  /** Moves a grouped result to its token matrix if it is not a view of it. */
  private void ungroup(INDArray grouped, INDArray tokens) {
    if (!oneToOne()) {
      split(tokens, shape.heads())
          .assign(grouped.reshape('c', batch, shape.heads(), sequence, shape.headSize()));
      step.arena.give(grouped);
    }
  }

  private void drop(INDArray grouped) {
    if (!oneToOne()) {
      step.arena.give(grouped);
    }
  }
}
