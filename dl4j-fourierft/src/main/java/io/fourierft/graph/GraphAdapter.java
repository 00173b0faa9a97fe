package io.fourierft.graph;

import io.fourierft.AdapterSpec;
import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterLayer;
import io.fourierft.adapter.NamedTensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The numbers of one adapter over a graph.
 *
 * @param spec what they belong to
 * @param coefficients by module, {@code [n]}
 * @param tensors parameters trained in full, as of the last time they were put away
 */
record GraphAdapter(
    AdapterSpec spec, Map<String, INDArray> coefficients, Map<String, INDArray> tensors)
    implements AutoCloseable {

  /** An adapter at its start. */
  static GraphAdapter start(
      AdapterSpec spec, long seed, GraphWeights weights, Map<String, INDArray> tensors) {
    return of(spec, spec.start(seed), weights, tensors);
  }

  /** A trained adapter; its tensors are known to fit the ones given, which take their numbers. */
  static GraphAdapter of(
      AdapterSpec spec, Adapter adapter, GraphWeights weights, Map<String, INDArray> tensors) {
    Map<String, double[]> values = new LinkedHashMap<>();
    for (AdapterLayer layer : adapter.layers()) {
      values.put(layer.module(), widened(layer.coefficients()));
    }
    for (NamedTensor tensor : adapter.tensors()) {
      INDArray target = tensors.get(tensor.name());
      try (INDArray source = Nd4j.createFromArray(tensor.data())) {
        target.assign(source.reshape(target.shape()));
      }
    }
    return of(spec, values, weights, tensors);
  }

  private static GraphAdapter of(
      AdapterSpec spec,
      Map<String, double[]> values,
      GraphWeights weights,
      Map<String, INDArray> tensors) {
    Map<String, INDArray> coefficients = new LinkedHashMap<>();
    for (String module : spec.layers().keySet()) {
      try (INDArray source = Nd4j.createFromArray(values.get(module))) {
        coefficients.put(module, source.castTo(weights.get(module).type()).dup());
      }
    }
    return new GraphAdapter(spec, coefficients, new LinkedHashMap<>(tensors));
  }

  private static double[] widened(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }

  /** Copies live values into what is put away. */
  void keep(Function<String, INDArray> live) {
    tensors.forEach((name, value) -> value.assign(live.apply(name)));
  }

  double factor(String module) {
    long rows = spec.layers().get(module).rows();
    return spec.scaling() / (rows * (double) spec.layers().get(module).cols());
  }

  @Override
  public void close() {
    coefficients.values().forEach(INDArray::close);
    tensors.values().forEach(INDArray::close);
  }
}
