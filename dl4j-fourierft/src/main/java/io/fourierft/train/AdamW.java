package io.fourierft.train;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * AdamW (Loshchilov and Hutter, 2019) in PyTorch's arithmetic: {@code w *= 1 - lr wd}; {@code m =
 * b1 m + (1 - b1) g}; {@code v = b2 v + (1 - b2) g^2}; {@code w -= lr / (1 - b1^t) m / (sqrt(v) /
 * sqrt(1 - b2^t) + eps)}. ND4J's own Adam adds eps before the bias correction, which matters for
 * the small gradients of spectral coefficients.
 */
public final class AdamW implements AutoCloseable {
  static final double BETA1 = 0.9;
  static final double BETA2 = 0.999;
  static final double EPS = 1e-8;

  private final List<State> states;
  private long steps;

  /** The moments of one trainable. */
  record State(Trainable trainable, INDArray mean, INDArray square) {
    private static State of(Trainable trainable) {
      INDArray value = trainable.value();
      return new State(
          trainable,
          Nd4j.zeros(value.dataType(), value.shape()),
          Nd4j.zeros(value.dataType(), value.shape()));
    }
  }

  /**
   * Makes an optimiser with moments of zero.
   *
   * @param trainables what learns; values and gradients stay with the caller
   */
  public AdamW(List<Trainable> trainables) {
    this.states = trainables.stream().map(State::of).toList();
  }

  /**
   * Applies the gradients and clears them.
   *
   * @param rates learning rates of this step
   * @param options weight decay of each group
   */
  public void step(LearningRates rates, TrainOptions options) {
    steps++;
    double correction1 = 1 - Math.pow(BETA1, steps);
    double correction2 = Math.sqrt(1 - Math.pow(BETA2, steps));
    for (State state : states) {
      double rate = rates.of(state.trainable().group());
      double decay = options.weightDecay(state.trainable().group());
      INDArray value = state.trainable().value();
      INDArray gradient = state.trainable().gradient();
      if (decay != 0) {
        value.muli(1 - rate * decay);
      }
      state.mean().muli(BETA1);
      state.square().muli(BETA2);
      try (INDArray scratch = gradient.mul(1 - BETA1)) {
        state.mean().addi(scratch);
        gradient.muli(gradient, scratch);
        scratch.muli(1 - BETA2);
        state.square().addi(scratch);
        scratch.assign(state.square());
        Transforms.sqrt(scratch, false);
        scratch.divi(correction2);
        scratch.addi(EPS);
        scratch.rdivi(state.mean());
        scratch.muli(rate / correction1);
        value.subi(scratch);
      }
      gradient.assign(0);
    }
  }

  /**
   * Number of steps taken.
   *
   * @return the number
   */
  public long steps() {
    return steps;
  }

  List<State> states() {
    return states;
  }

  /** Continues from a checkpoint's moments, which the caller has put into {@link #states}. */
  void resume(long stepsTaken) {
    steps = stepsTaken;
  }

  @Override
  public void close() {
    for (State state : states) {
      state.mean().close();
      state.square().close();
    }
  }
}
