package io.fourierft.delta;

import io.fourierft.engine.Arena;
import io.fourierft.engine.Gemm;
import io.fourierft.engine.Linear;
import io.fourierft.engine.LinearWeight;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A frozen weight with a FourierFT delta, {@code W = W0 + dW(c)}. The sum is built when first asked
 * for after the coefficients changed, once per optimiser step, into one buffer; W0 is never
 * written.
 */
public final class SpectralWeight implements LinearWeight, AutoCloseable {
  private final Linear linear;
  private final INDArray base;
  private final DeltaForm form;
  private final double factor;
  private final INDArray coefficients;
  private final INDArray gradient;
  private final INDArray effective;
  private boolean stale = true;

  private SpectralWeight(
      Linear linear,
      INDArray base,
      DeltaForm form,
      double scaling,
      INDArray coefficients,
      INDArray gradient) {
    this.linear = linear;
    this.base = base;
    this.form = form;
    this.factor = scaling / ((double) linear.out() * linear.in());
    this.coefficients = coefficients;
    this.gradient = gradient;
    this.effective = Nd4j.createUninitialized(base.dataType(), base.shape());
  }

  /**
   * Puts a delta over a weight.
   *
   * @param linear the module
   * @param base its weight W0 in the module's layout; only read
   * @param form the delta of an {@code [out, in]} matrix; shared by layers of one shape
   * @param scaling the method's scaling
   * @param coefficients c, {@code [n]}; only read
   * @param gradient where the gradient of c is added, {@code [n]}
   * @return the weight
   */
  public static SpectralWeight of(
      Linear linear,
      INDArray base,
      DeltaForm form,
      double scaling,
      INDArray coefficients,
      INDArray gradient) {
    return new SpectralWeight(linear, base, form, scaling, coefficients, gradient);
  }

  /** Tells that the coefficients changed. */
  public void changed() {
    stale = true;
  }

  /**
   * The weight change alone.
   *
   * @return a new array {@code [out, in]}; the caller closes it
   */
  public INDArray delta() {
    INDArray delta = Nd4j.createUninitialized(base.dataType(), linear.out(), linear.in());
    form.materialise(coefficients, factor, delta);
    return delta;
  }

  @Override
  public INDArray value() {
    if (stale) {
      if (linear.layout() == Linear.Layout.OUT_IN) {
        form.materialise(coefficients, factor, effective);
        effective.addi(base);
      } else {
        try (INDArray delta = delta()) {
          effective.assign(base);
          effective.addi(delta.transpose());
        }
      }
      stale = false;
    }
    return effective;
  }

  @Override
  public boolean trainable() {
    return true;
  }

  @Override
  public void accumulate(INDArray x, INDArray dy, Arena arena) {
    INDArray dense = arena.take(linear.out(), linear.in()); // dW = dy^T x
    Gemm.multiply(dy, true, x, false, dense);
    form.addGradient(dense, factor, gradient);
    arena.give(dense);
  }

  @Override
  public void close() {
    effective.close();
  }
}
