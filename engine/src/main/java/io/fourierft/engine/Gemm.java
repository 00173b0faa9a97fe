package io.fourierft.engine;

import org.nd4j.linalg.api.blas.params.MMulTranspose;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.reduce.Mmul;
import org.nd4j.linalg.factory.Nd4j;

/** Matrix products into an array that exists: the native {@code matmul}, batched from rank 3 on. */
public final class Gemm {
  private Gemm() {}

  /**
   * {@code out = op(a) op(b)}, where {@code op} transposes the last two axes if asked to.
   *
   * @param a left operand
   * @param transposeA whether to transpose it
   * @param b right operand, of the same rank
   * @param transposeB whether to transpose it
   * @param out the result's place
   */
  public static void multiply(
      INDArray a, boolean transposeA, INDArray b, boolean transposeB, INDArray out) {
    multiply(a, transposeA, b, transposeB, out, 1, 0);
  }

  /**
   * {@code out = alpha op(a) op(b) + beta out}.
   *
   * @param a left operand
   * @param transposeA whether to transpose it
   * @param b right operand, of the same rank
   * @param transposeB whether to transpose it
   * @param out the result's place
   * @param alpha factor on the product
   * @param beta factor on what {@code out} held
   */
  public static void multiply(
      INDArray a,
      boolean transposeA,
      INDArray b,
      boolean transposeB,
      INDArray out,
      double alpha,
      double beta) {
    MMulTranspose transpose =
        MMulTranspose.builder().transposeA(transposeA).transposeB(transposeB).build();
    Nd4j.exec(new Mmul(a, b, out, alpha, beta, transpose));
  }
}
