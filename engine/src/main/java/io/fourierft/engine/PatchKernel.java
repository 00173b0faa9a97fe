package io.fourierft.engine;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A convolution whose stride is its size: patches laid out as rows, then one matrix product. */
final class PatchKernel {
  private PatchKernel() {}

  static Node forward(Step step, Patches patches) {
    String weightName = patches.module() + ".weight";
    String biasName = patches.module() + ".bias";
    INDArray weight = matrix(step.parameters.value(weightName)); // [width, cells]
    INDArray rows = step.constant(rows(step, patches)); // [batch * patches, cells]
    INDArray y = step.arena.take(rows.size(0), weight.size(0));
    Gemm.multiply(rows, false, weight, true, y);
    Elementwise.addRow(y, step.parameters.value(biasName));
    Node result = step.node(y, step.learns(weightName) || step.learns(biasName));
    if (result.differentiable) {
      step.record(
          result,
          () -> {
            INDArray dy = result.gradient();
            if (step.learns(weightName)) {
              INDArray gradient = matrix(step.parameters.gradient(weightName).orElseThrow());
              Gemm.multiply(dy, true, rows, false, gradient, 1, 1);
            }
            if (step.learns(biasName)) {
              Elementwise.addColumnSums(
                  dy, step.parameters.gradient(biasName).orElseThrow(), step.arena);
            }
          });
    }
    return result;
  }

  private static INDArray matrix(INDArray weight) {
    return weight.reshape('c', weight.size(0), weight.length() / weight.size(0));
  }

  private static INDArray rows(Step step, Patches patches) {
    int[] shape = step.inputs.pixelShape();
    if (shape[0] != patches.channels()
        || shape[1] != patches.height()
        || shape[2] != patches.width()) {
      throw new IllegalArgumentException(
          "pixel_values expected images of "
              + patches.channels()
              + " x "
              + patches.height()
              + " x "
              + patches.width()
              + " but found "
              + shape[0]
              + " x "
              + shape[1]
              + " x "
              + shape[2]);
    }
    int cells = patches.cells();
    int batch = step.inputs.batch();
    float[] pixels = step.inputs.pixels();
    float[] rows = new float[Math.multiplyExact(batch * patches.count(), cells)];
    int to = 0;
    for (int i = 0; i < batch; i++) {
      for (int y = 0; y < patches.down(); y++) {
        for (int x = 0; x < patches.across(); x++) {
          to = copy(pixels, patches, i * patches.channels(), y, x, rows, to);
        }
      }
    }
    return step.typed(Nd4j.createFromArray(rows), (long) batch * patches.count(), cells);
  }

  /** Copies a patch, channel by channel and row by row. */
  private static int copy(
      float[] pixels, Patches patches, int plane, int y, int x, float[] rows, int to) {
    int wide = patches.patchWidth();
    int at = to;
    for (int channel = plane; channel < plane + patches.channels(); channel++) {
      for (int line = 0; line < patches.patchHeight(); line++) {
        int row = channel * patches.height() + y * patches.patchHeight() + line;
        System.arraycopy(pixels, row * patches.width() + x * wide, rows, at, wide);
        at += wide;
      }
    }
    return at;
  }
}
