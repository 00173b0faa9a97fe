package io.fourierft.train;

/** How the learning rates change from step to step. */
public sealed interface Schedule {

  /**
   * The factor on the learning rates.
   *
   * @param step number of optimiser steps taken before this one
   * @param total number of all optimiser steps
   * @return the factor, from 0 to 1
   */
  double factor(long step, long total);

  /** Always 1. */
  record Constant() implements Schedule {
    @Override
    public double factor(long step, long total) {
      return 1;
    }
  }

  /**
   * Linear warm-up from 0, then linear decay to 0: transformers' {@code
   * get_linear_schedule_with_warmup}.
   *
   * @param warmup share of the steps that warm up, rounded up to a whole step
   */
  record Linear(double warmup) implements Schedule {
    public Linear {
      if (!(warmup >= 0 && warmup < 1)) {
        throw new IllegalArgumentException(
            "warm-up expected a share from 0 to below 1 but found " + warmup);
      }
    }

    @Override
    public double factor(long step, long total) {
      long rising = (long) Math.ceil(warmup * total);
      if (step < rising) {
        return (double) step / rising;
      }
      return Math.max(0, (double) (total - step) / Math.max(1, total - rising));
    }
  }
}
