package io.fourierft.engine;

import org.nd4j.linalg.api.ndarray.INDArray;

/** A module's own weight: frozen, or trained as a whole (heads, full fine-tuning). */
final class DenseWeight implements LinearWeight {
  private final Parameters parameters;
  private final String name;
  private final Linear.Layout layout;

  DenseWeight(Parameters parameters, String name, Linear.Layout layout) {
    this.parameters = parameters;
    this.name = name;
    this.layout = layout;
  }

  @Override
  public INDArray value() {
    return parameters.value(name);
  }

  @Override
  public boolean trainable() {
    return parameters.gradient(name).isPresent();
  }

  @Override
  public void accumulate(INDArray x, INDArray dy, Arena arena) {
    INDArray gradient = parameters.gradient(name).orElseThrow();
    INDArray update = arena.take(gradient.shape());
    if (layout == Linear.Layout.OUT_IN) {
      Gemm.multiply(dy, true, x, false, update); // [out, rows] x [rows, in]
    } else {
      Gemm.multiply(x, true, dy, false, update); // [in, rows] x [rows, out]
    }
    gradient.addi(update);
    arena.give(update);
  }
}
