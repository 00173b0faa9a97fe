package io.fourierft.generate;

import io.fourierft.engine.Arena;
import io.fourierft.engine.Linear;
import io.fourierft.engine.LinearWeight;
import io.fourierft.engine.Parameters;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A linear module's weight as generation uses it: mostly with one row. OpenBLAS lays the whole
 * matrix out anew for a product of matrices, which costs three to ten times the product of matrix
 * and vector; below its limit for small products it does not.
 */
final class RowWeight implements LinearWeight {
  private static final long SMALL = 1_000_000;

  /** Up to here a loop in Java takes less time than the way into native code. */
  private static final long TINY = 1 << 15;

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
  public void multiply(Linear module, INDArray x, INDArray y, boolean add) {
    long cells = (long) module.in() * module.out();
    boolean plain = cells > TINY && cells <= SMALL;
    if (plain || x.size(0) != 1 || x.ordering() != 'c' || y.ordering() != 'c') {
      weight().multiply(module, x, y, add);
      return;
    }
    INDArray matrix = value();
    if (cells <= TINY && onHost(matrix, x, y)) {
      tiny(module, matrix, x, y, add);
      return;
    }
    INDArray byOutput =
        module.layout() == Linear.Layout.OUT_IN ? matrix : matrix.transpose(); // [out, in]
    Nd4j.getBlasWrapper()
        .level2()
        .gemv('c', 'n', 1, byOutput, x.reshape(module.in()), add ? 1 : 0, y.reshape(module.out()));
  }

  private static boolean onHost(INDArray... arrays) {
    boolean host = Nd4j.getBackend().getEnvironment().isCPU();
    for (INDArray array : arrays) {
      host &= array.dataType() == DataType.FLOAT && array.offset() == 0 && array.ordering() == 'c';
    }
    return host;
  }

  private static void tiny(Linear module, INDArray matrix, INDArray x, INDArray y, boolean add) {
    float[] weights = floats(matrix, module.in() * module.out());
    float[] row = floats(x, module.in());
    float[] product = add ? floats(y, module.out()) : new float[module.out()];
    if (module.layout() == Linear.Layout.OUT_IN) {
      for (int o = 0; o < product.length; o++) {
        product[o] += dot(weights, o * row.length, row);
      }
    } else {
      for (int i = 0; i < row.length; i++) {
        for (int o = 0; o < product.length; o++) {
          product[o] += row[i] * weights[i * product.length + o];
        }
      }
    }
    y.data().asNioFloat().put(product);
  }

  /** Four sums side by side, so that no addition waits for the one before. */
  private static float dot(float[] weights, int from, float[] row) {
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    int i = 0;
    for (; i + 3 < row.length; i += 4) {
      a += weights[from + i] * row[i];
      b += weights[from + i + 1] * row[i + 1];
      c += weights[from + i + 2] * row[i + 2];
      d += weights[from + i + 3] * row[i + 3];
    }
    for (; i < row.length; i++) {
      a += weights[from + i] * row[i];
    }
    return (a + b) + (c + d);
  }

  private static float[] floats(INDArray array, int length) {
    float[] values = new float[length];
    array.data().asNioFloat().get(values);
    return values;
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
