package io.fourierft.lora;

import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterLayer;
import io.fourierft.adapter.Basis;
import io.fourierft.merge.LayerChanges;
import io.fourierft.peft.LoraDirectory;
import io.fourierft.peft.LoraFactors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An adapter as LoRA: each weight change dW is replaced by its best approximation of a rank r (the
 * first r terms of its singular value decomposition, Eckart and Young 1936).
 *
 * <p>A FourierFT change of n coefficients has a rank of up to 2 n, which is what it is for, so a
 * small r loses much of it. The loss is part of the result; look at it before you serve the
 * factors.
 *
 * @param adapter what was converted
 * @param layers one for each adapted layer, in the same order
 */
public record LoraConversion(Adapter adapter, List<LoraLayer> layers) {
  /**
   * Copies the layers.
   *
   * @param adapter what was converted
   * @param layers one for each adapted layer, in the same order
   */
  public LoraConversion {
    layers = List.copyOf(layers);
  }

  /**
   * Factors all weight changes.
   *
   * @param adapter an adapter of any basis and entries
   * @param rank the rank, from 1 to the smallest side of any layer
   * @return the factors with what they lose
   */
  public static LoraConversion of(Adapter adapter, int rank) {
    if (adapter.layers().isEmpty()) {
      throw new IllegalArgumentException(
          "LoRA conversion expected an adapted layer but found none");
    }
    adapter.layers().forEach(layer -> requireRank(layer, rank));
    List<LoraLayer> layers = new ArrayList<>();
    try (LayerChanges changes = LayerChanges.of(adapter)) {
      for (AdapterLayer layer : adapter.layers()) {
        layers.add(factor(form(adapter, layer, changes), layer, rank));
      }
    }
    return new LoraConversion(adapter, layers);
  }

  private static void requireRank(AdapterLayer layer, int rank) {
    int side = Math.min(layer.rows(), layer.cols());
    if (rank < 1 || rank > side) {
      throw new IllegalArgumentException(
          String.format(
              "LoRA rank expected 1 to %d but found %d (%s of shape [%d, %d])",
              side, rank, layer.module(), layer.rows(), layer.cols()));
    }
  }

  /** The Fourier basis has a sparse form; of the others the matrix itself is taken. */
  private static FactoredForm form(Adapter adapter, AdapterLayer layer, LayerChanges changes) {
    return adapter.basis() == Basis.FOURIER
        ? FoldedSpectrum.of(adapter.entries(layer), layer.coefficients(), adapter.scaling())
        : FactoredForm.Dense.of(layer.rows(), layer.cols(), changes.delta(layer));
  }

  private static LoraLayer factor(FactoredForm form, AdapterLayer layer, int rank) {
    LeadingTriplets triplets = LeadingTriplets.of(form.matrix(), rank);
    float[] a = new float[rank * layer.cols()]; // [rank, in]
    float[] b = new float[layer.rows() * rank]; // [out, rank]
    for (int i = 0; i < triplets.values().length && triplets.values()[i] > 0; i++) {
      double root = Math.sqrt(triplets.values()[i]);
      double[] column = form.rowVector(triplets.left()[i]);
      double[] row = form.columnVector(triplets.right()[i]);
      for (int p = 0; p < layer.rows(); p++) {
        b[p * rank + i] = (float) (root * column[p]);
      }
      for (int q = 0; q < layer.cols(); q++) {
        a[i * layer.cols() + q] = (float) (root * row[q]);
      }
    }
    double whole = form.matrix().squares();
    double lost = Math.max(0, whole - triplets.squares());
    double error = whole == 0 ? 0 : Math.sqrt(lost / whole);
    return new LoraLayer(new LoraFactors(layer.module(), rank, a, b), Math.sqrt(whole), error);
  }

  /**
   * Returns the share of all weight changes that is lost.
   *
   * @return {@code sqrt(sum |dW - B A|^2 / sum |dW|^2)} over the layers
   */
  public double error() {
    double lost = 0;
    double whole = 0;
    for (LoraLayer layer : layers) {
      double squares = layer.norm() * layer.norm();
      whole += squares;
      lost += squares * layer.error() * layer.error();
    }
    return whole == 0 ? 0 : Math.sqrt(lost / whole);
  }

  /**
   * Writes a directory that PEFT loads as LoRA.
   *
   * @param directory where to; made if missing
   * @throws IOException if it cannot be written
   */
  public void write(Path directory) throws IOException {
    LoraDirectory.write(directory, adapter, layers.stream().map(LoraLayer::factors).toList());
  }
}
