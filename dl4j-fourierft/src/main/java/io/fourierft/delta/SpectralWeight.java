package io.fourierft.delta;

import io.fourierft.engine.Arena;
import io.fourierft.engine.Gemm;
import io.fourierft.engine.Linear;
import io.fourierft.engine.LinearWeight;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A frozen weight with a FourierFT delta, {@code W = W0 + dW(c)}. W0 is never written.
 *
 * <p>After the coefficients changed, the delta is applied token by token as long as that is cheaper
 * than making the matrix; then the sum is built, once, into one buffer. The buffer is taken when
 * first needed and can be {@link #release released}.
 */
public final class SpectralWeight implements LinearWeight, AutoCloseable {
  private final Linear linear;
  private final INDArray base;
  private final Delta delta;
  private final double factor;
  private final INDArray coefficients;
  private final INDArray gradient;
  private Optional<INDArray> effective = Optional.empty();
  private boolean stale = true;
  private boolean lastPerToken;
  private double spent; // per token since the coefficients changed

  private SpectralWeight(
      Linear linear,
      INDArray base,
      Delta delta,
      double scaling,
      INDArray coefficients,
      INDArray gradient) {
    this.linear = linear;
    this.base = base;
    this.delta = delta;
    this.factor = scaling / ((double) linear.out() * linear.in());
    this.coefficients = coefficients;
    this.gradient = gradient;
  }

  /**
   * Puts a delta over a weight.
   *
   * @param linear the module
   * @param base its weight W0 in the module's layout; only read
   * @param delta the delta of an {@code [out, in]} matrix; shared by layers of one shape
   * @param scaling the method's scaling
   * @param coefficients c, {@code [n]}; only read
   * @param gradient where the gradient of c is added, {@code [n]}
   * @return the weight
   */
  public static SpectralWeight of(
      Linear linear,
      INDArray base,
      Delta delta,
      double scaling,
      INDArray coefficients,
      INDArray gradient) {
    return new SpectralWeight(linear, base, delta, scaling, coefficients, gradient);
  }

  /** Tells that the coefficients changed. */
  public void changed() {
    stale = true;
    spent = 0;
  }

  /**
   * The weight change alone.
   *
   * @return a new array {@code [out, in]}; the caller closes it
   */
  public INDArray delta() {
    INDArray dense = Nd4j.createUninitialized(base.dataType(), linear.out(), linear.in());
    delta.dense().materialise(coefficients, factor, dense);
    return dense;
  }

  @Override
  public INDArray value() {
    if (effective.isEmpty()) {
      effective = Optional.of(Nd4j.createUninitialized(base.dataType(), base.shape()));
      stale = true;
    }
    INDArray sum = effective.get();
    if (stale) {
      if (linear.layout() == Linear.Layout.OUT_IN) {
        delta.dense().materialise(coefficients, factor, sum);
        sum.addi(base);
      } else {
        delta.dense().materialise(coefficients, factor, delta.scratch());
        sum.assign(base);
        sum.addi(delta.scratch().transpose());
      }
      stale = false;
    }
    return sum;
  }

  @Override
  public void multiply(Linear module, INDArray x, INDArray y, boolean add) {
    lastPerToken = perToken(x, y);
    multiplyAgain(module, x, y, add);
  }

  /** In the form that {@link #multiply} chose; does not count as further tokens. */
  @Override
  public void multiplyAgain(Linear module, INDArray x, INDArray y, boolean add) {
    if (lastPerToken) {
      boolean transposed = linear.layout() == Linear.Layout.OUT_IN;
      Gemm.multiply(x, false, base, transposed, y, 1, add ? 1 : 0);
      delta.perToken().addProduct(coefficients, factor, x, y);
    } else {
      LinearWeight.super.multiply(module, x, y, add);
    }
  }

  @Override
  public void multiplyBack(Linear module, INDArray dy, INDArray dx, boolean add) {
    if (perToken(dy, dx)) {
      boolean transposed = linear.layout() == Linear.Layout.IN_OUT;
      Gemm.multiply(dy, false, base, transposed, dx, 1, add ? 1 : 0);
      delta.perToken().addTransposedProduct(coefficients, factor, dy, dx);
    } else {
      LinearWeight.super.multiplyBack(module, dy, dx, add);
    }
  }

  /** Whether the sum is there and up to date. */
  boolean isBuilt() {
    return effective.isPresent() && !stale;
  }

  private boolean perToken(INDArray from, INDArray to) {
    if (isBuilt() || !Cells.fits(from) || !Cells.fits(to)) {
      return false;
    }
    spent += delta.perTokenCost(from.size(0));
    return delta.staysPerToken(spent);
  }

  @Override
  public boolean trainable() {
    return true;
  }

  @Override
  public void accumulate(INDArray x, INDArray dy, Arena arena) {
    if (delta.gradientPerToken(x.size(0)) && Cells.fits(x) && Cells.fits(dy)) {
      delta.perToken().addGradient(x, dy, factor, gradient);
      return;
    }
    delta.dense().addGradient(x, dy, factor, arena, gradient);
  }

  /** Frees the buffer of the sum; it is taken again when needed. */
  public void release() {
    effective.ifPresent(INDArray::close);
    effective = Optional.empty();
  }

  @Override
  public void close() {
    release();
  }
}
