package io.fourierft.engine;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Executes each operation at once on arena buffers and records its backward step. */
final class DirectOps implements Ops<Node> {
  private final Step step;

  DirectOps(Step step) {
    this.step = step;
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
    int[] ids = PositionIds.of(step.inputs, positions);
    return EmbeddingKernel.forward(step, module, ids, "position");
  }

  @Override
  public Node linear(Node x, Linear linear) {
    return LinearKernel.forward(step, x, linear);
  }

  @Override
  public Node layerNorm(Node x, String module, double eps) {
    return LayerNormKernel.forward(step, x, module, eps);
  }

  @Override
  public Node add(Node a, Node b) {
    INDArray sum;
    if (a != b && a.mayReuse()) {
      sum = a.takeOver();
      sum.addi(b.value());
    } else {
      sum = step.arena.take(a.value().shape());
      Elementwise.add(a.value(), b.value(), sum);
      a.release();
    }
    b.release();
    Node result = step.node(sum, step.differentiable(a, b));
    if (result.differentiable) {
      step.record(result, () -> addBackward(a, b, result));
    }
    return result;
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
