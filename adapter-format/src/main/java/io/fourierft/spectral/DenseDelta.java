package io.fourierft.spectral;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The dense weight change of a spectrum and its adjoint, in double precision: the reference for
 * every faster form.
 *
 * <p>With d1 rows, d2 columns, entries (j_l, k_l), coefficients c_l and scaling a (paper, Algorithm
 * 1 and Eq. 3; the factor 1 / (d1 d2) is that of the inverse transform)
 *
 * <pre>dW[p, q] = a / (d1 d2) * sum_l c_l cos(2 pi (p j_l / d1 + q k_l / d2))</pre>
 *
 * <p>The sum is split by the distinct rows j: first {@code Y_j[q] = sum_{l: j_l = j} c_l e^(2 pi i
 * q k_l / d2)}, then {@code dW[p, q] = a / (d1 d2) * sum_j Re(e^(2 pi i p j / d1) Y_j[q])}. Half of
 * the result follows from {@code dW[p, q] = dW[-p mod d1, -q mod d2]}.
 */
public final class DenseDelta {
  private DenseDelta() {}

  /**
   * Returns the weight change.
   *
   * @param entries entries of the spectrum
   * @param coefficients one coefficient per entry
   * @param scaling the factor a
   * @return dW row by row, {@code rows * cols} numbers
   */
  public static double[] of(Entries entries, float[] coefficients, double scaling) {
    double[] widened = new double[coefficients.length];
    Arrays.setAll(widened, l -> coefficients[l]);
    return of(entries, widened, scaling);
  }

  /**
   * Returns the weight change.
   *
   * @param entries entries of the spectrum
   * @param coefficients one coefficient per entry
   * @param scaling the factor a
   * @return dW row by row, {@code rows * cols} numbers
   */
  public static double[] of(Entries entries, double[] coefficients, double scaling) {
    checkLength("coefficients", entries.size(), coefficients.length);
    int rows = entries.rows();
    int cols = entries.cols();
    double[] delta = new double[cells(entries)]; // [rows, cols]
    Circle rowCircle = new Circle(rows);
    RowSpectra spectra = RowSpectra.of(entries, coefficients);
    double factor = scaling / ((double) rows * cols);
    for (int p = 0; p <= rows / 2; p++) {
      int mirrored = (rows - p) % rows;
      double[] sum = new double[cols]; // [cols]
      for (int i = 0; i < spectra.rows.length; i++) {
        int angle = (int) ((long) p * spectra.rows[i] % rows);
        addRotated(sum, rowCircle.cos[angle], rowCircle.sin[angle], spectra.re[i], spectra.im[i]);
      }
      for (int q = 0; q < cols; q++) {
        double value = factor * sum[q];
        delta[p * cols + q] = value;
        delta[mirrored * cols + (cols - q) % cols] = value;
      }
    }
    return delta;
  }

  /**
   * Returns the gradient of the coefficients, the exact adjoint of {@link #of}: {@code dL/dc_l = a
   * / (d1 d2) * sum_{p, q} G[p, q] cos(2 pi (p j_l / d1 + q k_l / d2))}.
   *
   * @param entries entries of the spectrum
   * @param gradient G = dL/dW row by row, {@code rows * cols} numbers
   * @param scaling the factor a
   * @return one number per entry
   */
  public static double[] gradient(Entries entries, double[] gradient, double scaling) {
    int rows = entries.rows();
    int cols = entries.cols();
    checkLength("gradient", cells(entries), gradient.length);
    Circle rowCircle = new Circle(rows);
    Circle columnCircle = new Circle(cols);
    double factor = scaling / ((double) rows * cols);
    double[] result = new double[entries.size()];
    int[][] byRow = RowSpectra.entriesByRow(entries);
    double[] re = new double[cols];
    double[] im = new double[cols];
    for (int j = 0; j < rows; j++) {
      if (byRow[j].length == 0) {
        continue;
      }
      transformColumns(gradient, j, rowCircle, re, im);
      for (int l : byRow[j]) {
        double sum = 0;
        for (int q = 0; q < cols; q++) {
          int angle = (int) ((long) q * entries.column(l) % cols);
          sum += re[q] * columnCircle.cos[angle] - im[q] * columnCircle.sin[angle];
        }
        result[l] = factor * sum;
      }
    }
    return result;
  }

  /** Puts {@code sum_p G[p, q] e^(2 pi i p j / d1)} into re and im. */
  private static void transformColumns(
      double[] gradient, int j, Circle circle, double[] re, double[] im) {
    int cols = re.length;
    Arrays.fill(re, 0);
    Arrays.fill(im, 0);
    for (int p = 0; p < circle.cos.length; p++) {
      int angle = (int) ((long) p * j % circle.cos.length);
      double cos = circle.cos[angle];
      double sin = circle.sin[angle];
      for (int q = 0; q < cols; q++) {
        re[q] += cos * gradient[p * cols + q];
        im[q] += sin * gradient[p * cols + q];
      }
    }
  }

  private static void addRotated(double[] sum, double cos, double sin, double[] re, double[] im) {
    for (int q = 0; q < sum.length; q++) {
      sum[q] += cos * re[q] - sin * im[q];
    }
  }

  private static int cells(Entries entries) {
    long cells = (long) entries.rows() * entries.cols();
    if (cells > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          String.format(
              "dense matrix expected at most %d numbers but found %d (shape [%d, %d])",
              Integer.MAX_VALUE - 8, cells, entries.rows(), entries.cols()));
    }
    return (int) cells;
  }

  private static void checkLength(String what, int expected, int found) {
    if (expected != found) {
      throw new IllegalArgumentException(
          what + " expected " + expected + " numbers but found " + found);
    }
  }

  /** cos and sin of {@code 2 pi m / d} for m = 0 .. d - 1. */
  private static final class Circle {
    final double[] cos;
    final double[] sin;

    Circle(int d) {
      cos = new double[d];
      sin = new double[d];
      for (int m = 0; m < d; m++) {
        cos[m] = Math.cos(2 * Math.PI * m / d);
        sin[m] = Math.sin(2 * Math.PI * m / d);
      }
    }
  }

  /** The distinct rows j of the entries, and Y_j for each. */
  private record RowSpectra(int[] rows, double[][] re, double[][] im) {
    static RowSpectra of(Entries entries, double[] coefficients) {
      int[][] byRow = entriesByRow(entries);
      int[] rows = IntStream.range(0, byRow.length).filter(j -> byRow[j].length > 0).toArray();
      double[][] re = new double[rows.length][entries.cols()];
      double[][] im = new double[rows.length][entries.cols()];
      Circle circle = new Circle(entries.cols());
      for (int i = 0; i < rows.length; i++) {
        for (int l : byRow[rows[i]]) {
          for (int q = 0; q < entries.cols(); q++) {
            int angle = (int) ((long) q * entries.column(l) % entries.cols());
            re[i][q] += coefficients[l] * circle.cos[angle];
            im[i][q] += coefficients[l] * circle.sin[angle];
          }
        }
      }
      return new RowSpectra(rows, re, im);
    }

    static int[][] entriesByRow(Entries entries) {
      int[] counts = new int[entries.rows()];
      for (int l = 0; l < entries.size(); l++) {
        counts[entries.row(l)]++;
      }
      int[][] byRow = new int[entries.rows()][];
      Arrays.setAll(byRow, j -> new int[counts[j]]);
      for (int l = entries.size() - 1; l >= 0; l--) {
        int j = entries.row(l);
        byRow[j][--counts[j]] = l;
      }
      return byRow;
    }
  }
}
