package io.fourierft.engine;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.impl.reduce.same.Sum;
import org.nd4j.linalg.factory.Nd4j;

/** Element-wise, broadcast and row-wise passes into arrays that exist. */
final class Elementwise {
  private Elementwise() {}

  /** {@code out = a + b}; {@code b} may broadcast. */
  static void add(INDArray a, INDArray b, INDArray out) {
    binary("add", a, b, out);
  }

  /** {@code out = a - b}; {@code b} may broadcast. */
  static void subtract(INDArray a, INDArray b, INDArray out) {
    binary("subtract", a, b, out);
  }

  /** {@code out = a * b}; {@code b} may broadcast. */
  static void multiply(INDArray a, INDArray b, INDArray out) {
    binary("multiply", a, b, out);
  }

  private static void binary(String op, INDArray a, INDArray b, INDArray out) {
    Nd4j.exec(DynamicCustomOp.builder(op).addInputs(a, b).addOutputs(out).build());
  }

  /** Adds a row to each row, in place. */
  static void addRow(INDArray x, INDArray row) {
    Nd4j.exec(DynamicCustomOp.builder("biasadd").addInputs(x, row).addOutputs(x).build());
  }

  /** Softmax of each row of a matrix, in place. */
  static void softmaxRows(INDArray x) {
    Nd4j.exec(
        DynamicCustomOp.builder("softmax")
            .addInputs(x)
            .addOutputs(x)
            .addIntegerArguments(-1)
            .build());
  }

  /** {@code out[i] = sum_j x[i, j]}. */
  static void sumRows(INDArray x, INDArray out) {
    Nd4j.exec(new Sum(x, out, 1));
  }

  /** {@code out[i] = mean_j x[i, j]}, {@code out} of shape {@code [rows, 1]}. */
  static void meanRows(INDArray x, INDArray out) {
    sumRows(x, out.reshape(out.length()));
    out.muli(1.0 / x.size(1));
  }

  /** {@code row[j] += sum_i x[i, j]}. */
  static void addColumnSums(INDArray x, INDArray row, Arena arena) {
    INDArray sums = arena.take(x.size(1));
    Nd4j.exec(new Sum(x, sums, 0));
    row.addi(sums.reshape(row.shape()));
    arena.give(sums);
  }
}
