package io.fourierft.engine;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/** Rows of a table by index; backward adds the rows' gradients to the table's where it learns. */
final class EmbeddingKernel {
  private EmbeddingKernel() {}

  static Node forward(Step step, String module, int[] ids, String what) {
    String name = module + ".weight";
    INDArray table = step.parameters.value(name); // [vocabulary, width]
    check(ids, table.size(0), what, module);
    INDArray indices = step.constant(Nd4j.createFromArray(ids));
    INDArray rows = step.arena.take(ids.length, table.size(1)); // [tokens, width]
    Nd4j.exec(
        DynamicCustomOp.builder("gather")
            .addInputs(table, indices)
            .addOutputs(rows)
            .addIntegerArguments(0)
            .build());
    Node result = step.node(rows, step.learns(name));
    if (result.differentiable) {
      INDArray gradient = step.parameters.gradient(name).orElseThrow();
      step.record(
          result,
          () ->
              Nd4j.exec(
                  DynamicCustomOp.builder("scatter_add")
                      .addInputs(gradient, indices, result.gradient())
                      .addOutputs(gradient)
                      .addBooleanArguments(true) // or threads lose uses of the same row
                      .build()));
    }
    return result;
  }

  private static void check(int[] ids, long size, String what, String module) {
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] < 0 || ids[i] >= size) {
        throw new IllegalArgumentException(
            what
                + " expected 0 to "
                + (size - 1)
                + " but found "
                + ids[i]
                + " (token "
                + i
                + " of the batch, "
                + module
                + ")");
      }
    }
  }
}
