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
 * The weight change as one matrix product of inner size n times the terms of the basis, {@code dW =
 * s left^T diag(c) right}. Stock ND4J operations only, so it runs on every backend, and for every
 * basis.
 */
public final class BasisGemm implements DeltaForm {
  private final int n;
  private final int terms;
  private final BasisTables tables;
  private final Arena arena;

  private BasisGemm(Entries entries, DeltaBasis basis, DataType type) {
    this.n = entries.size();
    this.terms = basis.terms();
    this.arena = Arena.of(type);
    this.tables = BasisTables.of(entries, basis, type);
  }

  /**
   * Builds the tables.
   *
   * @param entries shape and entries
   * @param basis what the coefficients weight
   * @param type element type, FLOAT or DOUBLE
   * @return the form
   */
  public static BasisGemm of(Entries entries, DeltaBasis basis, DataType type) {
    return new BasisGemm(entries, basis, type);
  }

  @Override
  public void materialise(INDArray coefficients, double factor, INDArray out) {
    INDArray repeated = arena.take((long) terms * n, 1);
    INDArray flat = repeated.reshape((long) terms * n);
    for (int term = 0; term < terms; term++) {
      coefficients.muli(factor, part(flat, term));
    }
    INDArray weighted = arena.take(tables.left().shape()); // [terms * n, rows]
    multiply(tables.left(), repeated, weighted);
    Gemm.multiply(weighted, true, tables.right(), false, out); // [rows, cols]
    arena.reset();
  }

  @Override
  public void addGradient(INDArray dense, double factor, INDArray gradient) {
    INDArray product = arena.take(tables.left().shape()); // [terms * n, rows]
    INDArray sums = arena.take((long) terms * n);
    Gemm.multiply(tables.right(), false, dense, true, product);
    multiply(product, tables.left(), product);
    Nd4j.exec(new Sum(product, sums, 1));
    sums.muli(factor);
    for (int term = 0; term < terms; term++) {
      gradient.addi(part(sums, term));
    }
    arena.reset();
  }

  private INDArray part(INDArray whole, int term) {
    return whole.get(NDArrayIndex.interval((long) term * n, (term + 1L) * n));
  }

  private static void multiply(INDArray a, INDArray b, INDArray out) {
    Nd4j.exec(DynamicCustomOp.builder("multiply").addInputs(a, b).addOutputs(out).build());
  }

  @Override
  public void close() {
    tables.close();
    arena.close();
  }
}
