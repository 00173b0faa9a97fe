package io.fourierft.generate;

import io.fourierft.engine.Arena;
import io.fourierft.engine.Linear;
import io.fourierft.engine.LinearWeight;
import io.fourierft.engine.Parameters;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A linear module's weight as generation uses it: mostly with one row. OpenBLAS lays the whole
 * matrix out anew for a product of matrices, which costs three to ten times the product of matrix
 * and vector; below its limit for small products it does not.
 */
final class RowWeight implements LinearWeight {
  private static final long SMALL = 1_000_000;

  private final Parameters parameters;
  private final Linear linear;

  private RowWeight(Parameters parameters, Linear linear) {
    this.parameters = parameters;
    this.linear = linear;
  }

  /**
   * A view of parameters that multiplies single rows faster. Adapters that come and go over the
   * parameters are seen.
   *
   * @param parameters the parameters; they stay with the caller
   * @param linears the modules to multiply so
   * @return the view
   */
  static Parameters over(Parameters parameters, Iterable<Linear> linears) {
    Parameters view = parameters.share();
    for (Linear linear : linears) { // all of them: a view has no replacements but its own
      view.replace(linear.module(), new RowWeight(parameters, linear));
    }
    return view;
  }

  private LinearWeight weight() {
    return parameters.linear(linear);
  }

  @Override
  public INDArray value() {
    return weight().value();
  }

  @Override
  public void multiply(Linear module, INDArray x, INDArray y) {
    boolean small = (long) module.in() * module.out() <= SMALL;
    if (small || x.size(0) != 1 || x.ordering() != 'c' || y.ordering() != 'c') {
      weight().multiply(module, x, y);
      return;
    }
    INDArray matrix = value();
    INDArray byOutput =
        module.layout() == Linear.Layout.OUT_IN ? matrix : matrix.transpose(); // [out, in]
    Nd4j.getBlasWrapper()
        .level2()
        .gemv('c', 'n', 1, byOutput, x.reshape(module.in()), 0, y.reshape(module.out()));
  }

  @Override
  public boolean trainable() {
    return false;
  }

  @Override
  public void accumulate(INDArray x, INDArray dy, Arena arena) {
    throw new UnsupportedOperationException(
        "generation expected no gradients but was asked for one");
  }
}
