package io.fourierft.engine;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Learned rows that belong to each sequence of a batch: a class token, a table of positions. */
final class SequenceKernel {
  private SequenceKernel() {}

  static Node prependToken(Step step, Node x, String name) {
    int batch = step.inputs.batch();
    long width = x.value().size(1);
    long sequence = x.value().size(0) / batch;
    INDArray y = step.arena.take(batch * (sequence + 1), width);
    INDArray row = step.parameters.value(name).reshape(1, width);
    first(y, batch, width).assign(row.broadcast(batch, width));
    rest(y, batch, width).assign(x.value().reshape(batch, sequence, width));
    x.release();
    Node result = step.node(y, step.learns(name) || step.differentiable(x));
    if (result.differentiable) {
      step.record(
          result,
          () -> {
            if (step.learns(name)) {
              INDArray dy = first(result.gradient(), batch, width);
              Elementwise.addColumnSums(
                  dy, step.parameters.gradient(name).orElseThrow(), step.arena);
            }
            if (x.differentiable) {
              INDArray dx = step.arena.take(batch * sequence, width);
              dx.reshape(batch, sequence, width).assign(rest(result.gradient(), batch, width));
              x.contribute(dx);
            }
          });
    }
    return result;
  }

  static Node addTable(Step step, Node x, String name) {
    int batch = step.inputs.batch();
    long cells = x.value().length() / batch;
    INDArray table = step.parameters.value(name);
    if (table.length() != cells) {
      throw new IllegalArgumentException(
          name
              + " expected "
              + cells
              + " values for this input but found "
              + table.length()
              + " (sequence or image size differs from the model's)");
    }
    INDArray y = step.arena.take(x.value().shape());
    Elementwise.add(
        x.value().reshape(batch, cells), table.reshape(1, cells), y.reshape(batch, cells));
    x.release();
    Node result = step.node(y, step.learns(name) || step.differentiable(x));
    if (result.differentiable) {
      step.record(
          result,
          () -> {
            if (step.learns(name)) {
              Elementwise.addColumnSums(
                  result.gradient().reshape(batch, cells),
                  step.parameters.gradient(name).orElseThrow(),
                  step.arena);
            }
            if (x.differentiable) {
              x.contribute(result.handOverGradient());
            }
          });
    }
    return result;
  }

  /** The first row of each sequence, {@code [batch, width]}, as a view. */
  private static INDArray first(INDArray y, int batch, long width) {
    return bySequence(y, batch, width)
        .get(NDArrayIndex.all(), NDArrayIndex.point(0), NDArrayIndex.all());
  }

  /** All rows but the first, {@code [batch, sequence, width]}, as a view. */
  private static INDArray rest(INDArray y, int batch, long width) {
    INDArray all = bySequence(y, batch, width);
    return all.get(NDArrayIndex.all(), NDArrayIndex.interval(1, all.size(1)), NDArrayIndex.all());
  }

  private static INDArray bySequence(INDArray y, int batch, long width) {
    return y.reshape('c', batch, y.size(0) / batch, width);
  }
}
