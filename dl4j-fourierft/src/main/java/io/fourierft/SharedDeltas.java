package io.fourierft;

import io.fourierft.delta.Delta;
import io.fourierft.delta.DeltaOptions;
import io.fourierft.spectral.Entries;
import java.util.HashMap;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The weight changes of a model's adapters: one for all layers that have the same entries. */
final class SharedDeltas implements AutoCloseable {
  private record Key(Entries entries, DeltaOptions options) {}

  private final DataType type;
  private final Map<Key, Delta> deltas = new HashMap<>();

  SharedDeltas(DataType type) {
    this.type = type;
  }

  Delta of(AdapterSpec spec, String module) {
    return deltas.computeIfAbsent(
        new Key(spec.layers().get(module), spec.delta()),
        key -> Delta.of(key.entries(), key.options(), type));
  }

  /** Adds the weighted change of a module, {@code [out, in]}, if the adapter changes it. */
  void add(EngineAdapter adapter, String module, double weight, INDArray sum) {
    Entries entries = adapter.spec().layers().get(module);
    if (entries == null) {
      return;
    }
    double factor = adapter.spec().scaling() / ((double) entries.rows() * entries.cols());
    try (INDArray delta = Nd4j.createUninitialized(sum.dataType(), sum.shape())) {
      of(adapter.spec(), module)
          .dense()
          .materialise(adapter.coefficients(module), weight * factor, delta);
      sum.addi(delta);
    }
  }

  /** Frees all tables; they are built again when needed. */
  void release() {
    deltas.values().forEach(Delta::release);
  }

  @Override
  public void close() {
    deltas.values().forEach(Delta::close);
    deltas.clear();
  }
}
