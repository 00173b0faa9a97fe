package io.fourierft.engine;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A convolution whose stride is its size: patches laid out as rows, then one matrix product. */
final class PatchKernel {
  private PatchKernel() {}

  static Node forward(Step step, Patches patches) {
    String weightName = patches.module() + ".weight";
    String biasName = patches.module() + ".bias";
    INDArray weight = matrix(step.parameters.value(weightName)); // [width, channels * side * side]
    INDArray rows = step.constant(rows(step, patches)); // [batch * patches, channels * side * side]
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
    int side = patches.side();
    int cells = patches.channels() * side * side;
    float[] pixels = step.inputs.pixels();
    float[] rows = new float[pixels.length];
    int image = patches.channels() * patches.height() * patches.width();
    for (int i = 0; i < rows.length; i++) {
      int x = i % patches.width();
      int y = i / patches.width() % patches.height();
      int channel = i % image / (patches.height() * patches.width());
      int patch = y / side * (patches.width() / side) + x / side;
      int cell = (channel * side + y % side) * side + x % side;
      rows[(i / image * patches.count() + patch) * cells + cell] = pixels[i];
    }
    return step.typed(Nd4j.createFromArray(rows), rows.length / cells, cells);
  }
}
