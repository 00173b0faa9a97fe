package io.fourierft.delta;

import io.fourierft.delta.RowFft.Panel;
import io.fourierft.spectral.Entries;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The weight change by a real inverse FFT in plain Java, the CPU's form for large layers with many
 * coefficients, in single precision.
 *
 * <p>Each entry puts half of its coefficient at (j, k) and half at (-j, -k): the spectrum is then
 * Hermitian and its transform real without taking a real part, so that half of the rows suffice.
 * Along the columns each of those rows is one complex transform; along the rows two real columns
 * share one. The adjoint runs the same transforms in the opposite order and reads the entries.
 * Panels of columns stay in the cache and are independent of each other, so results do not depend
 * on the number of threads.
 */
public final class RealFft implements DeltaForm {
  private static final int WIDTH = 16;

  private final int rows;
  private final int cols;
  private final int half;
  private final RowFft alongRows;
  private final RowFft alongCols;
  private final HalfSpectrum spectrum;
  private final float[] real; // [half, cols]
  private final float[] imaginary;
  private final float[] dense; // [rows, cols]
  private final Deque<Panel> tall = new ConcurrentLinkedDeque<>();
  private final Deque<Panel> wide = new ConcurrentLinkedDeque<>();

  private RealFft(Entries entries) {
    this.rows = entries.rows();
    this.cols = entries.cols();
    this.half = rows / 2 + 1;
    this.alongRows = new RowFft(rows);
    this.alongCols = cols == rows ? alongRows : new RowFft(cols);
    this.spectrum = HalfSpectrum.of(entries, WIDTH);
    this.real = new float[Math.multiplyExact(half, cols)];
    this.imaginary = new float[real.length];
    this.dense = new float[Math.multiplyExact(rows, cols)];
  }

  /**
   * Plans the transforms.
   *
   * @param entries shape and entries
   * @return the form
   */
  public static RealFft of(Entries entries) {
    return new RealFft(entries);
  }

  @Override
  public void materialise(INDArray coefficients, double factor, INDArray out) {
    float[] values = coefficients.toFloatVector();
    float share = (float) (factor / 2);
    panels(half, WIDTH, j -> columnsFromEntries(j, values, share));
    panels(cols, 2 * WIDTH, this::rowsFromSpectrum);
    FloatBuffers.of(out).put(dense);
  }

  @Override
  public void addGradient(INDArray gradient, double factor, INDArray into) {
    FloatBuffers.of(gradient).get(dense);
    panels(cols, 2 * WIDTH, this::spectrumFromRows);
    float[] result = new float[spectrum.size()];
    panels(half, WIDTH, j -> entriesFromColumns(j, result, (float) factor));
    try (INDArray update = Nd4j.createFromArray(result)) {
      into.addi(update);
    }
  }

  private static void panels(int length, int width, IntConsumer task) {
    IntStream.range(0, (length + width - 1) / width).parallel().forEach(task);
  }

  private static Panel take(Deque<Panel> free, int length) {
    Panel panel = free.poll();
    return panel == null ? new Panel(length, WIDTH) : panel;
  }

  /** Transforms WIDTH rows j of the half spectrum along the columns. */
  private void columnsFromEntries(int number, float[] values, float share) {
    int from = number * WIDTH;
    int count = Math.min(WIDTH, half - from);
    Panel panel = take(wide, cols);
    Arrays.fill(panel.re, 0);
    Arrays.fill(panel.im, 0);
    spectrum.scatter(number, values, share, panel.re);
    alongCols.transform(panel);
    for (int j = 0; j < count; j++) {
      int at = (from + j) * cols;
      for (int q = 0; q < cols; q++) {
        real[at + q] = panel.re[q * WIDTH + j];
        imaginary[at + q] = panel.im[q * WIDTH + j];
      }
    }
    wide.push(panel);
  }

  /**
   * Transforms two times WIDTH columns q along the rows: the first as real part, then the second.
   */
  private void rowsFromSpectrum(int number) {
    int a = number * 2 * WIDTH;
    int countA = Math.min(WIDTH, cols - a);
    int b = a + countA;
    int countB = Math.min(WIDTH, cols - b);
    Panel panel = take(tall, rows);
    Arrays.fill(panel.re, 0);
    Arrays.fill(panel.im, 0);
    for (int j = 0; j < half; j++) {
      int mirror = j == 0 ? 0 : rows - j;
      int at = j * cols;
      load(panel, j, real, at + a, countA, imaginary, at + b, countB, -1, 1);
      if (mirror != j) {
        load(panel, mirror, real, at + a, countA, imaginary, at + b, countB, 1, -1);
      }
    }
    alongRows.transform(panel);
    for (int p = 0; p < rows; p++) {
      System.arraycopy(panel.re, p * WIDTH, dense, p * cols + a, countA);
      System.arraycopy(panel.im, p * WIDTH, dense, p * cols + b, countB);
    }
    tall.push(panel);
  }

  /** {@code Y = Z_a + i Z_b}; signs of the imaginary parts tell a row from its mirror image. */
  private void load(
      Panel panel,
      int row,
      float[] re,
      int a,
      int countA,
      float[] im,
      int b,
      int countB,
      float fromB,
      float fromA) {
    int y = row * WIDTH;
    for (int i = 0; i < countA; i++) {
      panel.re[y + i] = re[a + i];
      panel.im[y + i] = fromA * im[a + i];
    }
    for (int i = 0; i < countB; i++) {
      panel.re[y + i] += fromB * im[b + i];
      panel.im[y + i] += re[b + i];
    }
  }

  /** The reverse of {@link #rowsFromSpectrum}: splits the transform of two columns. */
  private void spectrumFromRows(int number) {
    int a = number * 2 * WIDTH;
    int countA = Math.min(WIDTH, cols - a);
    int b = a + countA;
    int countB = Math.min(WIDTH, cols - b);
    Panel panel = take(tall, rows);
    Arrays.fill(panel.im, 0);
    for (int p = 0; p < rows; p++) {
      System.arraycopy(dense, p * cols + a, panel.re, p * WIDTH, countA);
      System.arraycopy(dense, p * cols + b, panel.im, p * WIDTH, countB);
    }
    alongRows.transform(panel);
    for (int j = 0; j < half; j++) {
      int y = j * WIDTH;
      int mirror = (j == 0 ? 0 : rows - j) * WIDTH;
      int at = j * cols;
      for (int i = 0; i < countA; i++) {
        real[at + a + i] = 0.5f * (panel.re[y + i] + panel.re[mirror + i]);
        imaginary[at + a + i] = 0.5f * (panel.im[y + i] - panel.im[mirror + i]);
      }
      for (int i = 0; i < countB; i++) {
        real[at + b + i] = 0.5f * (panel.im[y + i] + panel.im[mirror + i]);
        imaginary[at + b + i] = 0.5f * (panel.re[mirror + i] - panel.re[y + i]);
      }
    }
    tall.push(panel);
  }

  private void entriesFromColumns(int number, float[] result, float factor) {
    int from = number * WIDTH;
    int count = Math.min(WIDTH, half - from);
    Panel panel = take(wide, cols);
    for (int j = 0; j < count; j++) {
      int at = (from + j) * cols;
      for (int q = 0; q < cols; q++) {
        panel.re[q * WIDTH + j] = real[at + q];
        panel.im[q * WIDTH + j] = imaginary[at + q];
      }
    }
    alongCols.transform(panel);
    spectrum.gather(number, panel.re, factor, result);
    wide.push(panel);
  }

  @Override
  public void close() {
    tall.clear();
    wide.clear();
  }
}
