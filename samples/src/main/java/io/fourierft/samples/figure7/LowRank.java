package io.fourierft.samples.figure7;

import io.fourierft.engine.Arena;
import io.fourierft.engine.Gemm;
import io.fourierft.engine.Linear;
import io.fourierft.engine.LinearWeight;
import io.fourierft.engine.Parameters;
import io.fourierft.train.Trainable;
import io.fourierft.train.Tuning;
import java.util.List;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * LoRA (Hu et al., 2022) on one layer, {@code W = W0 + B A} with B [out, r] and A [r, in]. A starts
 * random, B at zero, as in PEFT. The same training as FourierFT's.
 */
final class LowRank implements Tuning {
  private final Parameters parameters;
  private final Linear linear;
  private final INDArray left; // B, [out, r]
  private final INDArray right; // A, [r, in]
  private final INDArray leftGradient;
  private final INDArray rightGradient;
  private final Weight weight;

  private LowRank(Parameters parameters, Linear linear, int rank, long seed) {
    this.parameters = parameters;
    this.linear = linear;
    INDArray base = parameters.value(linear.weight());
    this.left = Nd4j.zeros(base.dataType(), linear.out(), rank);
    this.right = Nd4j.create(base.dataType(), rank, linear.in());
    this.leftGradient = Nd4j.zeros(base.dataType(), linear.out(), rank);
    this.rightGradient = Nd4j.zeros(base.dataType(), rank, linear.in());
    this.weight = new Weight();
    SplittableRandom random = new SplittableRandom(seed);
    double bound = 1 / Math.sqrt(linear.in());
    for (long i = 0; i < right.length(); i++) {
      right.putScalar(i, random.nextDouble(-bound, bound));
    }
  }

  static LowRank attach(Parameters parameters, Linear linear, int rank, long seed) {
    LowRank tuning = new LowRank(parameters, linear, rank, seed);
    parameters.replace(linear.module(), tuning.weight);
    return tuning;
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }

  @Override
  public List<Trainable> trainables() {
    return List.of(
        new Trainable("lora_B", Trainable.Group.SPECTRUM, left, leftGradient),
        new Trainable("lora_A", Trainable.Group.SPECTRUM, right, rightGradient));
  }

  @Override
  public void updated() {
    weight.stale = true;
  }

  @Override
  public void close() {
    parameters.restore(linear.module());
    for (INDArray array : List.of(left, right, leftGradient, rightGradient, weight.sum)) {
      array.close();
    }
  }

  private final class Weight implements LinearWeight {
    private final INDArray sum = Nd4j.create(left.dataType(), linear.out(), linear.in());
    private boolean stale = true;

    @Override
    public INDArray value() {
      if (stale) {
        sum.assign(parameters.value(linear.weight()));
        Gemm.multiply(left, false, right, false, sum, 1, 1);
        stale = false;
      }
      return sum;
    }

    @Override
    public boolean trainable() {
      return true;
    }

    @Override
    public void accumulate(INDArray x, INDArray dy, Arena arena) {
      INDArray dense = arena.take(linear.out(), linear.in()); // dW = dy^T x
      Gemm.multiply(dy, true, x, false, dense);
      Gemm.multiply(dense, false, right, true, leftGradient, 1, 1); // dB = dW A^T
      Gemm.multiply(left, true, dense, false, rightGradient, 1, 1); // dA = B^T dW
      arena.give(dense);
    }
  }
}
