package io.fourierft.engine;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Turns the pair (a, b) = (first half, second half) of each head by the angle of its token: {@code
 * (a cos - b sin, b cos + a sin)}. Backward turns by the opposite angle.
 */
final class RotaryKernel {
  private RotaryKernel() {}

  @FunctionalInterface
  private interface Turn {
    void apply(INDArray x, boolean back, INDArray y);
  }

  static Node forward(Step step, Node x, Rotary rotary) {
    int[] positions = step.inputs.positions(rotary.positions());
    Turn turn =
        onHost(step) && HostRows.fits(x.value())
            ? HostRotary.of(rotary, positions)::turn
            : stock(step, rotary, positions);
    INDArray y = step.arena.take(x.value().shape());
    turn.apply(x.value(), false, y);
    x.release();
    Node result = step.node(y, step.differentiable(x));
    if (result.differentiable) {
      step.record(
          result,
          () -> {
            INDArray dx = step.arena.take(result.gradient().shape());
            turn.apply(result.gradient(), true, dx);
            x.contribute(dx);
          });
    }
    return result;
  }

  private static Turn stock(Step step, Rotary rotary, int[] positions) {
    INDArray cosine = step.constant(table(step, rotary, positions, true)); // [tokens, 1, half]
    INDArray sine = step.constant(table(step, rotary, positions, false));
    int half = rotary.headSize() / 2;
    return (x, back, y) -> turn(step.arena, x, cosine, sine, half, back, y);
  }

  private static boolean onHost(Step step) {
    return Nd4j.getBackend().getEnvironment().isCPU() && step.type() == DataType.FLOAT;
  }

  private static INDArray table(Step step, Rotary rotary, int[] positions, boolean cosine) {
    double[] frequencies = rotary.frequencies(Arrays.stream(positions).max().orElse(0) + 1);
    double[] values = new double[Math.multiplyExact(positions.length, frequencies.length)];
    for (int t = 0; t < positions.length; t++) {
      for (int i = 0; i < frequencies.length; i++) {
        double angle =
            step.type() == DataType.FLOAT
                ? positions[t] * (float) frequencies[i]
                : positions[t] * frequencies[i];
        values[t * frequencies.length + i] =
            rotary.attentionFactor() * (cosine ? Math.cos(angle) : Math.sin(angle));
      }
    }
    return step.typed(Nd4j.createFromArray(values), positions.length, 1, frequencies.length);
  }

  private static void turn(
      Arena arena,
      INDArray x,
      INDArray cosine,
      INDArray sine,
      int half,
      boolean back,
      INDArray out) {
    INDArray a = half(x, half, 0); // [tokens, heads, half]
    INDArray b = half(x, half, 1);
    INDArray first = half(out, half, 0);
    INDArray second = half(out, half, 1);
    INDArray product = arena.take(a.shape());
    Elementwise.multiply(a, cosine, first);
    Elementwise.multiply(b, sine, product);
    Elementwise.add(first, back ? product : product.negi(), first);
    Elementwise.multiply(b, cosine, second);
    Elementwise.multiply(a, sine, product);
    Elementwise.add(second, back ? product.negi() : product, second);
    arena.give(product);
  }

  private static INDArray half(INDArray x, int half, int which) {
    return x.reshape('c', x.size(0), x.size(1) / (2 * half), 2, half)
        .get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.point(which), NDArrayIndex.all());
  }
}
