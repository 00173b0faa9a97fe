package io.fourierft.delta;

import io.fourierft.engine.Arena;
import io.fourierft.engine.Gemm;
import io.fourierft.spectral.Entries;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.impl.reduce.same.Sum;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The weight change as one matrix product of inner size 2n: {@code cos(a + b) = cos a cos b - sin a
 * sin b} splits each entry into a column over the rows and a column over the columns of dW. Stock
 * ND4J operations only, so it runs on every backend.
 */
public final class BasisGemm implements DeltaForm {
  private final int n;
  private final INDArray left; // [rows, 2n]: cos, -sin
  private final INDArray right; // [cols, 2n]: cos, sin
  private final Arena arena;

  private BasisGemm(Entries entries, DataType type) {
    this.n = entries.size();
    this.arena = Arena.of(type);
    this.left = table(entries, type, true);
    this.right = table(entries, type, false);
  }

  /**
   * Builds the tables.
   *
   * @param entries shape and entries
   * @param type element type, FLOAT or DOUBLE
   * @return the form
   */
  public static BasisGemm of(Entries entries, DataType type) {
    return new BasisGemm(entries, type);
  }

  private static INDArray table(Entries entries, DataType type, boolean rows) {
    int n = entries.size();
    int length = rows ? entries.rows() : entries.cols();
    double sign = rows ? -1 : 1;
    double[] cosine = new double[length];
    double[] sine = new double[length];
    for (int i = 0; i < length; i++) {
      cosine[i] = Math.cos(2 * Math.PI * i / length);
      sine[i] = sign * Math.sin(2 * Math.PI * i / length);
    }
    INDArray table = Nd4j.createUninitialized(type, length, 2L * n);
    double[] row = new double[2 * n];
    for (int i = 0; i < length; i++) {
      for (int l = 0; l < n; l++) {
        // The product is reduced exactly, in integers, before it becomes an angle.
        long at = (long) i * (rows ? entries.row(l) : entries.column(l)) % length;
        row[l] = cosine[(int) at];
        row[n + l] = sine[(int) at];
      }
      try (INDArray values = Nd4j.createFromArray(row)) {
        table.getRow(i).assign(values);
      }
    }
    return table;
  }

  @Override
  public void materialise(INDArray coefficients, double factor, INDArray out) {
    INDArray twice = arena.take(2L * n);
    coefficients.muli(factor, twice.get(NDArrayIndex.interval(0, n)));
    coefficients.muli(factor, twice.get(NDArrayIndex.interval(n, 2L * n)));
    INDArray weighted = arena.take(left.shape()); // [rows, 2n]
    Nd4j.exec(
        DynamicCustomOp.builder("multiply").addInputs(left, twice).addOutputs(weighted).build());
    Gemm.multiply(weighted, false, right, true, out); // [rows, cols]
    arena.reset();
  }

  @Override
  public void addGradient(INDArray dense, double factor, INDArray gradient) {
    INDArray product = arena.take(left.shape()); // [rows, 2n]
    INDArray sums = arena.take(2L * n);
    Gemm.multiply(dense, false, right, false, product);
    product.muli(left);
    Nd4j.exec(new Sum(product, sums, 0));
    sums.muli(factor);
    gradient.addi(sums.get(NDArrayIndex.interval(0, n)));
    gradient.addi(sums.get(NDArrayIndex.interval(n, 2L * n)));
    arena.reset();
  }

  @Override
  public void close() {
    left.close();
    right.close();
    arena.close();
  }
}
