package io.fourierft.engine;

import java.util.function.UnaryOperator;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Executes each operation at once on arena buffers and records its backward step. */
final class DirectOps implements Ops<Node> {
  private final Step step;

  DirectOps(Step step) {
    this.step = step;
  }

  @Override
  public Node block(Node x, UnaryOperator<Node> body) {
    return step.forgets() ? step.recomputed(x, body) : body.apply(x);
  }

  @Override
  public Node tokenEmbedding(String module) {
    return EmbeddingKernel.forward(step, module, step.inputs.tokenIds(), "token id");
  }

  @Override
  public Node tokenTypeEmbedding(String module) {
    return EmbeddingKernel.forward(step, module, step.inputs.tokenTypes(), "token type");
  }

  @Override
  public Node positionEmbedding(String module, Positions positions) {
    int[] ids = step.inputs.positions(positions);
    return EmbeddingKernel.forward(step, module, ids, "position");
  }

  @Override
  public Node patchEmbedding(Patches patches) {
    return PatchKernel.forward(step, patches);
  }

  @Override
  public Node prependToken(Node x, String row) {
    return SequenceKernel.prependToken(step, x, row);
  }

  @Override
  public Node addTable(Node x, String table) {
    return SequenceKernel.addTable(step, x, table);
  }

  @Override
  public Node rmsNorm(Node x, String module, double eps) {
    return RmsNormKernel.forward(step, x, module, eps);
  }

  @Override
  public Node rotary(Node x, Rotary rotary) {
    return RotaryKernel.forward(step, x, rotary);
  }

  @Override
  public Node multiply(Node a, Node b) {
    INDArray product = step.arena.take(a.value().shape());
    Elementwise.multiply(a.value(), b.value(), product);
    Node result = step.node(product, step.differentiable(a, b));
    if (result.differentiable) {
      a.retain();
      b.retain();
      step.record(
          result,
          () -> {
            multiplyBackward(a, b.value(), result);
            multiplyBackward(b, a.value(), result);
            a.release();
            b.release();
          });
    }
    a.release();
    b.release();
    return result;
  }

  private void multiplyBackward(Node target, INDArray other, Node result) {
    if (target.differentiable) {
      INDArray part = step.arena.take(other.shape());
      Elementwise.multiply(result.gradient(), other, part);
      target.contribute(part);
    }
  }

  @Override
  public Node columns(Node x, int from, int to) {
    INDArray view = x.value().get(NDArrayIndex.all(), NDArrayIndex.interval(from, to));
    INDArray part = step.arena.take(view.shape());
    part.assign(view);
    long rows = x.value().size(0);
    long width = x.value().size(1);
    x.release();
    Node result = step.node(part, step.differentiable(x));
    if (result.differentiable) {
      step.record(
          result,
          () -> {
            boolean adds = x.reached();
            INDArray whole = x.gradientLike(rows, width);
            if (!adds) {
              whole.assign(0);
            }
            whole.get(NDArrayIndex.all(), NDArrayIndex.interval(from, to)).addi(result.gradient());
          });
    }
    return result;
  }

  @Override
  public Node linear(Node x, Linear linear) {
    return LinearKernel.forward(step, x, linear);
  }

  @Override
  public Node linear(Node x, Linear linear, Node residual) {
    return LinearKernel.forward(step, x, linear, residual);
  }

  @Override
  public Node layerNorm(Node x, String module, double eps) {
    return LayerNormKernel.forward(step, x, module, eps);
  }

  @Override
  public Node add(Node a, Node b) {
    boolean differentiable = step.differentiable(a, b);
    Node result;
    if (step.skips()) {
      a.release();
      result = step.node(differentiable);
    } else {
      result = step.node(sum(a, b), differentiable);
    }
    b.release();
    if (differentiable) {
      step.record(result, () -> addBackward(a, b, result));
    }
    return result;
  }

  private INDArray sum(Node a, Node b) {
    if (a != b && a.mayReuse()) {
      INDArray sum = a.takeOver();
      sum.addi(b.value());
      return sum;
    }
    INDArray sum = step.arena.take(a.value().shape());
    Elementwise.add(a.value(), b.value(), sum);
    a.release();
    return sum;
  }

  private void addBackward(Node a, Node b, Node result) {
    INDArray gradient = result.handOverGradient();
    if (a == b) {
      gradient.muli(2);
      a.contribute(gradient);
    } else if (!a.differentiable) {
      b.contribute(gradient);
    } else if (!b.differentiable) {
      a.contribute(gradient);
    } else if (a.reached()) {
      a.gradient().addi(gradient);
      b.contribute(gradient);
    } else if (b.reached()) {
      b.gradient().addi(gradient);
      a.contribute(gradient);
    } else {
      INDArray copy = step.arena.take(gradient.shape());
      copy.assign(gradient);
      a.contribute(copy);
      b.contribute(gradient);
    }
  }

  @Override
  public Node activation(Node x, Activation activation) {
    return ActivationKernel.forward(step, x, activation);
  }

  @Override
  public Node attention(Node query, Node key, Node value, Attention attention) {
    return AttentionKernel.forward(step, query, key, value, attention);
  }

  @Override
  public Node pool(Node x, Pooling pooling) {
    return PoolKernel.forward(step, x, pooling);
  }
}
