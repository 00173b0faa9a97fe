package io.fourierft.layers;

import io.fourierft.delta.DeltaForm;
import io.fourierft.delta.DeltaForms;
import io.fourierft.spectral.Entries;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What a layer multiplies with in place of its weight: {@code W0 + sum_i dW(c_i)} over the active
 * adapters, in a buffer of its own, built anew when coefficients or W0 changed. W0 is only read.
 */
final class EffectiveWeight implements AutoCloseable {
  private final WeightMatrix weight;
  private final INDArray base; // W0 as the layer stores it
  private final List<Delta> deltas = new ArrayList<>();
  private Optional<Sum> sum = Optional.empty();

  /** One adapter's delta. */
  private static final class Delta {
    final LayerAdapter adapter;
    final Entries entries;
    final double factor;
    final INDArray coefficients; // [n]
    Optional<DeltaForm> form = Optional.empty();

    Delta(LayerAdapter adapter, Entries entries, INDArray coefficients) {
      this.adapter = adapter;
      this.entries = entries;
      this.factor = adapter.scaling() / ((double) entries.rows() * entries.cols());
      this.coefficients = coefficients;
    }

    DeltaForm form() {
      if (form.isEmpty()) {
        form = Optional.of(DeltaForms.choose(entries, coefficients.dataType()));
      }
      return form.get();
    }
  }

  /** The buffer, and what it was built from. */
  private record Sum(
      INDArray matrix, INDArray parameter, List<double[]> coefficients, double[] of) {}

  EffectiveWeight(WeightMatrix weight, INDArray base) {
    this.weight = weight;
    this.base = base;
  }

  void add(LayerAdapter adapter, INDArray coefficients) {
    Entries entries =
        Entries.of(adapter.entryRule(), weight.rows(), weight.cols(), (int) coefficients.length());
    deltas.add(new Delta(adapter, entries, coefficients));
  }

  String key() {
    return weight.key();
  }

  WeightMatrix weight() {
    return weight;
  }

  private List<Delta> active(FourierFtLayer layer) {
    List<LayerAdapter> on = layer.adapters().stream().filter(LayerAdapter::active).toList();
    return layer.merged()
        ? List.of()
        : deltas.stream()
            .filter(delta -> on.stream().anyMatch(a -> a.id() == delta.adapter.id()))
            .toList();
  }

  /**
   * The weight to compute with.
   *
   * @param layer says which adapters are active
   * @param watchBase whether to look if W0 was changed from outside
   * @return W0 itself, or the sum; in the parameter's shape
   */
  INDArray value(FourierFtLayer layer, boolean watchBase) {
    List<Delta> active = active(layer);
    if (active.isEmpty()) {
      release();
      return base;
    }
    List<double[]> now =
        active.stream().map(delta -> delta.coefficients.dup().data().asDouble()).toList();
    boolean fresh =
        sum.isPresent()
            && same(sum.get().coefficients(), now)
            && !(watchBase && !Arrays.equals(sum.get().of(), print()));
    if (!fresh) {
      build(active, now);
    }
    return sum.orElseThrow().parameter();
  }

  private static boolean same(List<double[]> a, List<double[]> b) {
    return a.size() == b.size()
        && IntStream.range(0, a.size()).allMatch(i -> Arrays.equals(a.get(i), b.get(i)));
  }

  /** Two sums over W0 that no change of practical interest keeps. */
  private double[] print() {
    return new double[] {base.sumNumber().doubleValue(), base.norm2Number().doubleValue()};
  }

  private void build(List<Delta> active, List<double[]> coefficients) {
    INDArray matrix =
        sum.map(Sum::matrix)
            .orElseGet(
                () -> Nd4j.createUninitialized(base.dataType(), weight.rows(), weight.cols()));
    delta(active, matrix);
    matrix.addi(weight.matrix(base));
    sum =
        Optional.of(new Sum(matrix, weight.parameter(matrix, base.shape()), coefficients, print()));
  }

  private void delta(List<Delta> active, INDArray out) {
    active.get(0).form().materialise(active.get(0).coefficients, active.get(0).factor, out);
    for (Delta delta : active.subList(1, active.size())) {
      try (INDArray more = Nd4j.createUninitialized(out.dataType(), out.shape())) {
        delta.form().materialise(delta.coefficients, delta.factor, more);
        out.addi(more);
      }
    }
  }

  /**
   * The weight change of the active adapters.
   *
   * @return a new matrix {@code [rows, cols]}; the caller closes it
   */
  INDArray delta(FourierFtLayer layer) {
    INDArray matrix = Nd4j.create(base.dataType(), weight.rows(), weight.cols());
    List<Delta> active = active(layer);
    if (!active.isEmpty()) {
      delta(active, matrix);
    }
    return matrix;
  }

  /**
   * Writes W0 plus the active deltas.
   *
   * @param layer says which adapters are active
   * @param target where it goes, in the parameter's shape
   */
  void writeSum(FourierFtLayer layer, INDArray target) {
    if (active(layer).isEmpty()) {
      target.assign(base);
      return;
    }
    try (INDArray matrix = delta(layer)) {
      matrix.addi(weight.matrix(base));
      target.assign(weight.parameter(matrix, base.shape()));
    }
  }

  /** Whether an active adapter changes the weight. */
  boolean changes(FourierFtLayer layer) {
    return !active(layer).isEmpty();
  }

  /** W0 as the layer stores it. */
  INDArray base() {
    return base;
  }

  /**
   * Turns dL/dW into the gradients of the active adapters' coefficients.
   *
   * @param layer says which adapters are active
   * @param dense gradient in the parameter's shape
   * @param gradients where each coefficient vector's gradient goes
   */
  void gradient(FourierFtLayer layer, INDArray dense, Map<String, INDArray> gradients) {
    List<Delta> active = active(layer);
    if (active.isEmpty()) {
      return;
    }
    INDArray matrix = weight.matrix(dense);
    boolean rowMajor =
        matrix.ordering() == 'c'
            && (matrix.size(1) == 1 || matrix.stride(1) == 1)
            && (matrix.size(0) == 1 || matrix.stride(0) == matrix.size(1));
    INDArray readable = rowMajor ? matrix : matrix.dup('c');
    for (Delta delta : active) {
      INDArray gradient = gradients.get(delta.adapter.parameter(weight.key()));
      gradient.assign(0);
      delta.form().addGradient(readable, delta.factor, gradient);
    }
    if (!rowMajor) {
      readable.close();
    }
  }

  /** Gives the buffer back; the next use builds it again. */
  void release() {
    sum.ifPresent(built -> built.matrix().close());
    sum = Optional.empty();
  }

  @Override
  public void close() {
    release();
    for (Delta delta : deltas) {
      delta.form.ifPresent(DeltaForm::close);
      delta.form = Optional.empty();
    }
  }
}
