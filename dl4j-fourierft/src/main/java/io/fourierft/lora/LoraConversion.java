package io.fourierft.lora;

import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterLayer;
import io.fourierft.adapter.Basis;
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
   * @param adapter an adapter of the Fourier basis
   * @param rank the rank, from 1 to the smallest side of any layer
   * @return the factors with what they lose
   */
  public static LoraConversion of(Adapter adapter, int rank) {
    if (adapter.basis() != Basis.FOURIER) {
      throw new IllegalArgumentException(
          "LoRA conversion expected the basis FOURIER but found " + adapter.basis());
    }
    if (adapter.layers().isEmpty()) {
      throw new IllegalArgumentException(
          "LoRA conversion expected an adapted layer but found none");
    }
    adapter.layers().forEach(layer -> requireRank(layer, rank));
    List<LoraLayer> layers = new ArrayList<>();
    for (AdapterLayer layer : adapter.layers()) {
      layers.add(factor(adapter, layer, rank));
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

  private static LoraLayer factor(Adapter adapter, AdapterLayer layer, int rank) {
    FoldedSpectrum spectrum =
        FoldedSpectrum.of(adapter.entries(layer), layer.coefficients(), adapter.scaling());
    LeadingTriplets triplets = LeadingTriplets.of(spectrum.matrix(), rank);
    float[] a = new float[rank * layer.cols()]; // [rank, in]
    float[] b = new float[layer.rows() * rank]; // [out, rank]
    for (int i = 0; i < triplets.values().length && triplets.values()[i] > 0; i++) {
      double root = Math.sqrt(triplets.values()[i]);
      double[] column = spectrum.rowVector(triplets.left()[i]);
      double[] row = spectrum.columnVector(triplets.right()[i]);
      for (int p = 0; p < layer.rows(); p++) {
        b[p * rank + i] = (float) (root * column[p]);
      }
      for (int q = 0; q < layer.cols(); q++) {
        a[i * layer.cols() + q] = (float) (root * row[q]);
      }
    }
    double whole = spectrum.matrix().squares();
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
