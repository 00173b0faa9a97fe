package io.fourierft.merge;

import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterLayer;
import io.fourierft.delta.DeltaForm;
import io.fourierft.delta.DeltaForms;
import io.fourierft.delta.DeltaOptions;
import io.fourierft.spectral.Entries;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Computes the weight changes of an adapter one by one, whatever its basis and entries; layers of
 * one shape share what that takes. For one thread at a time.
 */
public final class LayerChanges implements AutoCloseable {
  private final Adapter adapter;
  private final Map<Entries, DeltaForm> forms = new LinkedHashMap<>();

  private LayerChanges(Adapter adapter) {
    this.adapter = adapter;
  }

  /**
   * Nothing is computed yet.
   *
   * @param adapter the adapter
   * @return its weight changes
   */
  public static LayerChanges of(Adapter adapter) {
    return new LayerChanges(adapter);
  }

  /**
   * Computes the change of a layer.
   *
   * @param layer a layer of the adapter
   * @return dW row by row, {@code [rows, cols]}
   */
  public float[] delta(AdapterLayer layer) {
    Entries entries = adapter.entries(layer);
    DeltaOptions options = DeltaOptions.fourier().withBasis(adapter.basis(), adapter.basisSeed());
    DeltaForm form =
        forms.computeIfAbsent(entries, key -> DeltaForms.choose(key, options, DataType.FLOAT));
    double factor = adapter.scaling() / ((double) layer.rows() * layer.cols());
    try (INDArray coefficients = Nd4j.createFromArray(layer.coefficients());
        INDArray delta = Nd4j.createUninitialized(DataType.FLOAT, layer.rows(), layer.cols())) {
      form.materialise(coefficients, factor, delta);
      float[] values = new float[Math.multiplyExact(layer.rows(), layer.cols())];
      delta.data().asNioFloat().get(values);
      return values;
    }
  }

  @Override
  public void close() {
    forms.values().forEach(DeltaForm::close);
  }
}
