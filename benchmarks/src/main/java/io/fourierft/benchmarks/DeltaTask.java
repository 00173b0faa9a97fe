package io.fourierft.benchmarks;

import io.fourierft.delta.Delta;
import io.fourierft.delta.DeltaOptions;
import io.fourierft.delta.SpectralWeight;
import io.fourierft.engine.Arena;
import io.fourierft.engine.Linear;
import io.fourierft.spectral.Entries;
import io.fourierft.spectral.EntryRule;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One piece of one layer's adapter: {@code delta}, the weight change; {@code gradient}, the
 * coefficients' gradient from the matrix's; {@code use}, the same from the layer's input and output
 * gradient, in the form a training step takes. The numbers are those of the Python side.
 */
final class DeltaTask implements Task {
  private static final double SCALING = 150;

  private final String variant;
  private final int size;
  private final double factor;
  private final Delta delta;
  private final SpectralWeight weight;
  private final Arena arena = Arena.of(DataType.FLOAT);
  private final INDArray coefficients;
  private final INDArray gradient;
  private final INDArray dense;
  private final INDArray x;
  private final INDArray dy;

  DeltaTask(Spec spec) {
    this.variant = spec.variant();
    this.size = spec.size();
    this.factor = SCALING / ((double) size * size);
    Entries entries = Entries.of(EntryRule.seeded(777), size, size, spec.n());
    this.delta = Delta.of(entries, DeltaOptions.fourier(), DataType.FLOAT);
    this.coefficients = Nd4j.create(DataType.FLOAT, spec.n());
    for (int l = 0; l < spec.n(); l++) {
      coefficients.putScalar(l, Math.sin(l + 1));
    }
    this.gradient = Nd4j.zeros(DataType.FLOAT, spec.n());
    this.dense = Nd4j.createFromArray(waves(entries)).reshape(size, size);
    this.x = Nd4j.createFromArray(tokens(spec.tokens(), entries.column(0)));
    this.dy = Nd4j.createFromArray(tokens(spec.tokens(), entries.row(0)));
    this.weight =
        SpectralWeight.of(
            Linear.of("layer", size, size), dense, delta, SCALING, coefficients, gradient);
  }

  /** The waves of two entries. */
  private float[] waves(Entries entries) {
    float[] cells = new float[size * size];
    for (int p = 0; p < size; p++) {
      for (int q = 0; q < size; q++) {
        double first = wave((double) p * entries.row(0) + (double) q * entries.column(0));
        double second = wave((double) p * entries.row(1) + (double) q * entries.column(1));
        cells[p * size + q] = (float) (first + second / 2);
      }
    }
    return cells;
  }

  /** One wave, of another height for each token. */
  private float[][] tokens(int count, int frequency) {
    float[][] rows = new float[count][size];
    for (int t = 0; t < count; t++) {
      for (int q = 0; q < size; q++) {
        rows[t][q] = (float) (Math.cos(t) * wave((double) q * frequency));
      }
    }
    return rows;
  }

  private double wave(double turns) {
    return Math.cos(2 * Math.PI * (turns % size) / size);
  }

  @Override
  public double run() {
    if (variant.equals("delta")) {
      delta.dense().materialise(coefficients, factor, dense);
      return dense.getDouble(1, 2) / factor;
    }
    gradient.assign(0);
    if (variant.equals("gradient")) {
      delta.dense().addGradient(dense, factor, gradient);
    } else {
      weight.accumulate(x, dy, arena);
    }
    return (gradient.getDouble(0) + 2 * gradient.getDouble(1)) / SCALING;
  }

  @Override
  public void close() {
    weight.close();
    delta.close();
    arena.close();
    coefficients.close();
    gradient.close();
    dense.close();
    x.close();
    dy.close();
  }
}
