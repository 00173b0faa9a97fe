package io.fourierft;

import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterLayer;
import io.fourierft.adapter.NamedTensor;
import io.fourierft.spectral.Entries;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The numbers of one adapter over a model of the engine. All coefficients are one vector, of which
 * each module sees its part.
 */
final class EngineAdapter implements AutoCloseable {
  private final AdapterSpec spec;
  private final INDArray coefficients; // [n of all modules]
  private final INDArray gradient; // [n of all modules]
  private final Map<String, INDArray> parts = new LinkedHashMap<>();
  private final Map<String, INDArray> gradientParts = new LinkedHashMap<>();
  private final Map<String, INDArray> tensors = new LinkedHashMap<>();

  private EngineAdapter(AdapterSpec spec, DataType type) {
    this.spec = spec;
    this.coefficients = Nd4j.zeros(type, spec.coefficientCount());
    this.gradient = Nd4j.zeros(type, spec.coefficientCount());
    long at = 0;
    for (Map.Entry<String, Entries> layer : spec.layers().entrySet()) {
      long to = at + layer.getValue().size();
      parts.put(layer.getKey(), coefficients.get(NDArrayIndex.interval(at, to)));
      gradientParts.put(layer.getKey(), gradient.get(NDArrayIndex.interval(at, to)));
      at = to;
    }
  }

  /** An adapter at its start; the parameters it trains in full start from the base's values. */
  static EngineAdapter start(
      AdapterSpec spec, long seed, DataType type, Map<String, INDArray> base, Set<String> trained) {
    EngineAdapter adapter = new EngineAdapter(spec, type);
    spec.start(seed)
        .forEach(
            (module, values) -> {
              try (INDArray start = Nd4j.createFromArray(values)) {
                adapter.parts.get(module).assign(start);
              }
            });
    trained.forEach(name -> adapter.tensors.put(name, base.get(name).dup()));
    return adapter;
  }

  static EngineAdapter of(
      AdapterSpec spec, Adapter adapter, DataType type, Map<String, INDArray> base) {
    EngineAdapter made = new EngineAdapter(spec, type);
    adapter.tensors().forEach(tensor -> made.tensors.put(tensor.name(), dup(base, tensor)));
    made.load(adapter);
    return made;
  }

  private static INDArray dup(Map<String, INDArray> base, NamedTensor tensor) {
    return base.get(tensor.name()).dup();
  }

  /** Takes the numbers of an adapter that is known to fit. */
  void load(Adapter adapter) {
    for (AdapterLayer layer : adapter.layers()) {
      assign(parts.get(layer.module()), layer.coefficients());
    }
    for (NamedTensor tensor : adapter.tensors()) {
      assign(tensors.get(tensor.name()), tensor.data());
    }
  }

  private static void assign(INDArray target, float[] values) {
    try (INDArray source = Nd4j.createFromArray(values)) {
      target.assign(source.reshape(target.shape()));
    }
  }

  AdapterSpec spec() {
    return spec;
  }

  INDArray coefficients() {
    return coefficients;
  }

  INDArray gradient() {
    return gradient;
  }

  INDArray coefficients(String module) {
    return parts.get(module);
  }

  INDArray gradient(String module) {
    return gradientParts.get(module);
  }

  /** Parameters trained in full, with their values as of the last time they were put away. */
  Map<String, INDArray> tensors() {
    return tensors;
  }

  Adapter.Builder toAdapter() {
    return spec.toAdapter(parts, tensors);
  }

  @Override
  public void close() {
    coefficients.close();
    gradient.close();
    tensors.values().forEach(INDArray::close);
  }
}
