package io.fourierft.samples.quickstart;

import io.fourierft.AdaptedModel;
import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterLayer;
import io.fourierft.spectral.Entries;
import java.util.Comparator;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One adapted layer, to be drawn: the one whose coefficients have grown most.
 *
 * @param layer its coefficients
 * @param entries where they stand in the spectrum
 * @param delta the change of its weight, {@code [rows * cols]}
 */
record LayerMap(AdapterLayer layer, Entries entries, float[] delta) {

  static LayerMap of(AdaptedModel model, Adapter adapter) {
    AdapterLayer layer =
        adapter.layers().stream().max(Comparator.comparingDouble(LayerMap::energy)).orElseThrow();
    try (INDArray delta = model.delta(layer.module())) { // [out, in]
      return new LayerMap(layer, adapter.entries(layer), delta.reshape(-1).toFloatVector());
    }
  }

  private static double energy(AdapterLayer layer) {
    double sum = 0;
    for (float coefficient : layer.coefficients()) {
      sum += (double) coefficient * coefficient;
    }
    return sum;
  }
}
