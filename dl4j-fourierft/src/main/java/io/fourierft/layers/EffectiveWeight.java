package io.fourierft.layers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What a layer computes with in place of one of its parameters: {@code W0 + sum_i w_i dW_i} over
 * the active adapters i, in a buffer of its own, built anew when something of it changed. W0 is
 * only read.
 */
final class EffectiveWeight implements AutoCloseable {
  private final WeightMatrix weight;
  private final INDArray base; // W0 as the layer stores it
  private final List<Change> changes = new ArrayList<>();
  private Optional<Sum> sum = Optional.empty();

  /** A change and how much it counts. */
  private record Active(Change change, LayerAdapter adapter) {}

  /** The buffer, and what it was built from. */
  private record Sum(INDArray matrix, INDArray parameter, List<double[]> values, double[] of) {}

  EffectiveWeight(WeightMatrix weight, INDArray base) {
    this.weight = weight;
    this.base = base;
  }

  void add(Change change) {
    changes.add(change);
  }

  String key() {
    return weight.key();
  }

  /** W0 as the layer stores it. */
  INDArray base() {
    return base;
  }

  private List<Active> active(FourierFtLayer layer) {
    List<Active> active = new ArrayList<>();
    for (LayerAdapter adapter : layer.merged() ? List.<LayerAdapter>of() : layer.adapters()) {
      changes.stream()
          .filter(change -> adapter.weight() != 0 && change.id() == adapter.id())
          .forEach(change -> active.add(new Active(change, adapter)));
    }
    return active;
  }

  /** Whether an active adapter changes the parameter. */
  boolean changes(FourierFtLayer layer) {
    return !active(layer).isEmpty();
  }

  /**
   * The parameter to compute with.
   *
   * @param layer says which adapters are active
   * @param watchBase whether to look if W0 was changed from outside
   * @return W0 itself, a copy that is trained in its place, or the sum; in the parameter's shape
   */
  INDArray value(FourierFtLayer layer, boolean watchBase) {
    List<Active> active = active(layer);
    if (active.isEmpty()) {
      close();
      return base;
    }
    if (active.size() == 1
        && active.get(0).adapter().weight() == 1
        && active.get(0).change() instanceof Change.Copy copy) {
      close();
      return copy.values();
    }
    List<double[]> now =
        active.stream().map(one -> numbers(one.change().values(), one.adapter().weight())).toList();
    boolean fresh =
        sum.isPresent()
            && same(sum.get().values(), now)
            && !(watchBase && !Arrays.equals(sum.get().of(), print()));
    if (!fresh) {
      build(active, now);
    }
    return sum.orElseThrow().parameter();
  }

  private static double[] numbers(INDArray values, double weight) {
    double[] numbers = new double[(int) values.length() + 1];
    numbers[0] = weight;
    try (INDArray copy = values.dup('c')) {
      System.arraycopy(copy.data().asDouble(), 0, numbers, 1, numbers.length - 1);
    }
    return numbers;
  }

  private static boolean same(List<double[]> a, List<double[]> b) {
    return a.size() == b.size()
        && IntStream.range(0, a.size()).allMatch(i -> Arrays.equals(a.get(i), b.get(i)));
  }

  /** Two sums over W0 that no change of practical interest keeps. */
  private double[] print() {
    return new double[] {base.sumNumber().doubleValue(), base.norm2Number().doubleValue()};
  }

  private void build(List<Active> active, List<double[]> values) {
    INDArray matrix =
        sum.map(Sum::matrix)
            .orElseGet(
                () -> Nd4j.createUninitialized(base.dataType(), weight.rows(), weight.cols()));
    write(active, matrix);
    matrix.addi(weight.matrix(base));
    sum = Optional.of(new Sum(matrix, weight.parameter(matrix, base.shape()), values, print()));
  }

  private static void write(List<Active> active, INDArray out) {
    active.get(0).change().write(active.get(0).adapter().weight(), out);
    for (Active one : active.subList(1, active.size())) {
      try (INDArray more = Nd4j.createUninitialized(out.dataType(), out.shape())) {
        one.change().write(one.adapter().weight(), more);
        out.addi(more);
      }
    }
  }

  /**
   * The change by the active adapters.
   *
   * @param layer says which adapters are active
   * @return a new matrix {@code [rows, cols]}; the caller closes it
   */
  INDArray delta(FourierFtLayer layer) {
    INDArray matrix = Nd4j.create(base.dataType(), weight.rows(), weight.cols());
    List<Active> active = active(layer);
    if (!active.isEmpty()) {
      write(active, matrix);
    }
    return matrix;
  }

  /**
   * The change by the active adapters, as the layer stores it.
   *
   * @param layer says which adapters are active
   * @return a new array in the parameter's shape; the caller closes it
   */
  INDArray change(FourierFtLayer layer) {
    try (INDArray matrix = delta(layer)) {
      return weight.parameter(matrix, base.shape()).dup(base.ordering());
    }
  }

  /**
   * Turns dL/dW into the gradients of what trains.
   *
   * @param layer says which adapters train
   * @param dense gradient in the parameter's shape
   * @param gradients where each gradient goes, by parameter
   */
  void gradient(FourierFtLayer layer, INDArray dense, Map<String, INDArray> gradients) {
    List<Active> trained = active(layer).stream().filter(one -> one.adapter().trained()).toList();
    if (trained.isEmpty()) {
      return;
    }
    INDArray matrix = weight.matrix(dense);
    boolean readable = rowMajor(matrix);
    INDArray rows = readable ? matrix : matrix.dup('c');
    for (Active one : trained) {
      one.change().gradient(rows, gradients.get(one.change().parameter()));
    }
    if (!readable) {
      rows.close();
    }
  }

  private static boolean rowMajor(INDArray matrix) {
    return matrix.ordering() == 'c'
        && (matrix.size(1) == 1 || matrix.stride(1) == 1)
        && (matrix.size(0) == 1 || matrix.stride(0) == matrix.size(1));
  }

  /** Whether there is memory that {@link #close} would give back. */
  boolean holds() {
    return sum.isPresent() || changes.stream().anyMatch(Change::holds);
  }

  /** Gives all memory back; the next use takes it again. */
  @Override
  public void close() {
    sum.ifPresent(built -> built.matrix().close());
    sum = Optional.empty();
    changes.forEach(Change::close);
  }
}
