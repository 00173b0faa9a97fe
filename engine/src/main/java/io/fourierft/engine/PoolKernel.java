package io.fourierft.engine;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One row per sequence as a weighted sum of its rows: {@code y = w x}, backward {@code dx = w^T
 * dy}.
 */
final class PoolKernel {
  private PoolKernel() {}

  static Node forward(Step step, Node x, Pooling pooling) {
    int batch = step.inputs.batch();
    long width = x.value().size(1);
    int sequence = (int) (x.value().size(0) / batch);
    INDArray weights = step.constant(weights(step, pooling, sequence)); // [batch, 1, sequence]
    INDArray y = step.arena.take(batch, width);
    Gemm.multiply(
        weights,
        false,
        x.value().reshape(batch, sequence, width),
        false,
        y.reshape(batch, 1, width));
    x.release();
    Node result = step.node(y, step.differentiable(x));
    if (result.differentiable) {
      step.record(
          result,
          () -> {
            INDArray dx = step.arena.take((long) batch * sequence, width);
            Gemm.multiply(
                weights,
                true,
                result.gradient().reshape(batch, 1, width),
                false,
                dx.reshape(batch, sequence, width));
            x.contribute(dx);
          });
    }
    return result;
  }

  private static INDArray weights(Step step, Pooling pooling, int sequence) {
    int batch = step.inputs.batch();
    int[] mask = step.inputs.mask().length == 0 ? ones(batch * sequence) : newTokens(step.inputs);
    double[] weights = new double[batch * sequence];
    for (int b = 0; b < batch; b++) {
      int start = b * sequence;
      if (pooling instanceof Pooling.LastUnlike last) {
        weights[start + lastUnlike(last.padding(), step.inputs.tokenIds(), start, sequence)] = 1;
      } else {
        switch ((Pooling.OverMask) pooling) {
          case FIRST -> weights[start] = 1;
          case LAST -> weights[start + last(mask, start, sequence)] = 1;
          case MEAN -> mean(mask, start, sequence, weights);
        }
      }
    }
    return step.typed(Nd4j.createFromArray(weights), batch, 1, sequence);
  }

  private static int lastUnlike(int padding, int[] ids, int start, int sequence) {
    int last = sequence - 1;
    while (last > 0 && ids[start + last] == padding) {
      last--;
    }
    return last;
  }

  private static int[] ones(int count) {
    int[] ones = new int[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static int[] newTokens(Inputs inputs) {
    int past = inputs.context() - inputs.sequence();
    return IntStream.range(0, inputs.batch() * inputs.sequence())
        .map(
            i ->
                inputs
                    .mask()[
                    i / inputs.sequence() * inputs.context() + past + i % inputs.sequence()])
        .toArray();
  }

  private static int last(int[] mask, int start, int sequence) {
    for (int i = sequence - 1; i >= 0; i--) {
      if (mask[start + i] == 1) {
        return i;
      }
    }
    throw new IllegalArgumentException(
        "attention_mask expected at least one token but found none (row " + start / sequence + ")");
  }

  private static void mean(int[] mask, int start, int sequence, double[] weights) {
    int count = 0;
    for (int i = 0; i < sequence; i++) {
      count += mask[start + i];
    }
    if (count == 0) {
      last(mask, start, sequence);
    }
    for (int i = 0; i < sequence; i++) {
      weights[start + i] = mask[start + i] / (double) count;
    }
  }
}
