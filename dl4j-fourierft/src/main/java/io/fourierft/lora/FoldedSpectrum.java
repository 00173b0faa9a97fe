package io.fourierft.lora;

import io.fourierft.spectral.Entries;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A weight change in orthonormal bases of cosines and sines, where it has at most two entries per
 * coefficient. From {@code cos(a + b) = cos a cos b - sin a sin b},
 *
 * <pre>dW[p, q] = s sum_l c_l (cos(2 pi p j_l / d1) cos(2 pi q k_l / d2)
 *                       - sin(2 pi p j_l / d1) sin(2 pi q k_l / d2)),  s = a / (d1 d2)</pre>
 *
 * <p>and the sampled cosines and sines of different frequencies up to d / 2 are orthogonal: their
 * squares sum to d / 2, for cosines of frequency 0 and d / 2 to d. So {@code dW = R X C^T} with
 * orthonormal columns of R and C and a sparse X, and the singular vectors of dW are R and C times
 * those of X.
 */
final class FoldedSpectrum implements FactoredForm {
  private final Axis rows;
  private final Axis cols;
  private final SparseMatrix matrix;

  private FoldedSpectrum(Axis rows, Axis cols, SparseMatrix matrix) {
    this.rows = rows;
    this.cols = cols;
    this.matrix = matrix;
  }

  static FoldedSpectrum of(Entries entries, float[] coefficients, double scaling) {
    int n = entries.size();
    Axis rows = Axis.of(entries.rows(), IntStream.range(0, n).map(entries::row).toArray());
    Axis cols = Axis.of(entries.cols(), IntStream.range(0, n).map(entries::column).toArray());
    double factor = scaling / ((double) entries.rows() * entries.cols());
    int[] row = new int[2 * n];
    int[] col = new int[2 * n];
    double[] value = new double[2 * n];
    int count = 0;
    for (int l = 0; l < n; l++) {
      int j = entries.row(l);
      int k = entries.column(l);
      double c = factor * coefficients[l];
      row[count] = rows.cosine(j);
      col[count] = cols.cosine(k);
      value[count++] = c * rows.cosineNorm(j) * cols.cosineNorm(k);
      if (rows.hasSine(j) && cols.hasSine(k)) {
        row[count] = rows.sine(j);
        col[count] = cols.sine(k);
        value[count++] = -c * rows.sineNorm(j) * cols.sineNorm(k);
      }
    }
    SparseMatrix matrix =
        new SparseMatrix(
            rows.size(),
            cols.size(),
            Arrays.copyOf(row, count),
            Arrays.copyOf(col, count),
            Arrays.copyOf(value, count));
    return new FoldedSpectrum(rows, cols, matrix);
  }

  /** X, without the rows and columns that are zero. */
  @Override
  public SparseMatrix matrix() {
    return matrix;
  }

  @Override
  public double[] rowVector(double[] u) {
    return rows.vector(u);
  }

  @Override
  public double[] columnVector(double[] v) {
    return cols.vector(v);
  }

  /** The cosines and sines of one side that occur; a frequency f and d - f are one. */
  private static final class Axis {
    private final int length;
    private final int[] cosines; // folded frequencies, ascending
    private final int[] sines;
    private final double[] cosineAt; // of 2 pi m / length
    private final double[] sineAt;

    private Axis(int length, int[] cosines, int[] sines) {
      this.length = length;
      this.cosines = cosines;
      this.sines = sines;
      this.cosineAt = new double[length];
      this.sineAt = new double[length];
      for (int m = 0; m < length; m++) {
        cosineAt[m] = Math.cos(2 * Math.PI * m / length);
        sineAt[m] = Math.sin(2 * Math.PI * m / length);
      }
    }

    static Axis of(int length, int[] frequencies) {
      int[] folded =
          IntStream.of(frequencies).map(f -> Math.min(f, length - f)).sorted().distinct().toArray();
      int[] sines = IntStream.of(folded).filter(f -> f > 0 && 2 * f < length).toArray();
      return new Axis(length, folded, sines);
    }

    int size() {
      return cosines.length + sines.length;
    }

    private int folded(int frequency) {
      return Math.min(frequency, length - frequency);
    }

    int cosine(int frequency) {
      return Arrays.binarySearch(cosines, folded(frequency));
    }

    boolean hasSine(int frequency) {
      return frequency > 0 && 2 * frequency != length;
    }

    int sine(int frequency) {
      return cosines.length + Arrays.binarySearch(sines, folded(frequency));
    }

    double cosineNorm(int frequency) {
      return Math.sqrt(hasSine(frequency) ? length / 2.0 : length);
    }

    /** The norm, negative where the folded sine has the other sign. */
    double sineNorm(int frequency) {
      double norm = Math.sqrt(length / 2.0);
      return 2 * frequency < length ? norm : -norm;
    }

    double[] vector(double[] coordinates) {
      double[] vector = new double[length];
      for (int i = 0; i < coordinates.length; i++) {
        boolean sine = i >= cosines.length;
        int frequency = sine ? sines[i - cosines.length] : cosines[i];
        double norm = sine ? sineNorm(frequency) : cosineNorm(frequency);
        add(vector, coordinates[i] / norm, frequency, sine ? sineAt : cosineAt);
      }
      return vector;
    }

    private void add(double[] vector, double scale, int frequency, double[] wave) {
      int angle = 0;
      for (int p = 0; p < length; p++) {
        vector[p] += scale * wave[angle];
        angle += frequency;
        angle -= angle >= length ? length : 0;
      }
    }
  }
}
