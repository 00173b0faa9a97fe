package io.fourierft.delta;

import io.fourierft.spectral.Entries;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The weight change by a real inverse FFT in plain Java, the CPU's form for large layers with many
 * coefficients.
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

  private final DataType type;
  private final int rows;
  private final int cols;
  private final int half;
  private final RowFft alongRows;
  private final RowFft alongCols;
  private final HalfSpectrum spectrum;
  private final Panel middle; // [half, cols], between the two transforms
  private final Deque<Panel> tall = new ConcurrentLinkedDeque<>();
  private final Deque<Panel> wide = new ConcurrentLinkedDeque<>();

  private RealFft(Entries entries, DataType type) {
    this.type = type;
    this.rows = entries.rows();
    this.cols = entries.cols();
    this.half = rows / 2 + 1;
    this.alongRows = new RowFft(rows);
    this.alongCols = cols == rows ? alongRows : new RowFft(cols);
    this.spectrum = HalfSpectrum.of(entries, WIDTH);
    this.middle = Panel.of(type, half, cols);
  }

  /**
   * Plans the transforms.
   *
   * @param entries shape and entries
   * @param type element type, FLOAT or DOUBLE
   * @return the form
   */
  public static RealFft of(Entries entries, DataType type) {
    return new RealFft(entries, type);
  }

  @Override
  public void materialise(INDArray coefficients, double factor, INDArray out) {
    double[] values = coefficients.toDoubleVector();
    Cells dense = Cells.of(out);
    panels(half, WIDTH, number -> columnsFromEntries(number, values, factor / 2));
    panels(cols, 2 * WIDTH, number -> rowsFromSpectrum(number, dense));
  }

  @Override
  public void addGradient(INDArray gradient, double factor, INDArray into) {
    Cells dense = Cells.of(gradient);
    double[] result = new double[spectrum.size()];
    panels(cols, 2 * WIDTH, number -> spectrumFromRows(number, dense));
    panels(half, WIDTH, number -> entriesFromColumns(number, result, factor));
    Coefficients.add(result, into);
  }

  private static void panels(int length, int width, IntConsumer task) {
    IntStream.range(0, (length + width - 1) / width).parallel().forEach(task);
  }

  private Panel take(Deque<Panel> free, int length) {
    Panel panel = free.poll();
    return panel == null ? Panel.of(type, length, WIDTH) : panel;
  }

  /** Transforms WIDTH rows j of the half spectrum along the columns. */
  private void columnsFromEntries(int number, double[] values, double share) {
    int first = number * WIDTH;
    Panel panel = take(wide, cols);
    panel.clear();
    spectrum.scatter(number, values, share, panel);
    alongCols.transform(panel);
    panel.columnsTo(middle, first, Math.min(WIDTH, half - first));
    wide.push(panel);
  }

  private void entriesFromColumns(int number, double[] result, double factor) {
    int first = number * WIDTH;
    Panel panel = take(wide, cols);
    panel.columnsFrom(middle, first, Math.min(WIDTH, half - first));
    alongCols.transform(panel);
    spectrum.gather(number, panel, factor, result);
    wide.push(panel);
  }

  /**
   * Transforms two times WIDTH columns q along the rows: the first as real part, then the second.
   */
  private void rowsFromSpectrum(int number, Cells dense) {
    int a = number * 2 * WIDTH;
    int countA = Math.min(WIDTH, cols - a);
    int b = a + countA;
    int countB = Math.min(WIDTH, cols - b);
    Panel panel = take(tall, rows);
    panel.clear();
    for (int j = 0; j < half; j++) {
      panel.join(j, (rows - j) % rows, middle, a, countA, b, countB);
    }
    alongRows.transform(panel);
    for (int p = 0; p < rows; p++) {
      panel.write(p, dense, p * cols + a, countA, p * cols + b, countB);
    }
    tall.push(panel);
  }

  private void spectrumFromRows(int number, Cells dense) {
    int a = number * 2 * WIDTH;
    int countA = Math.min(WIDTH, cols - a);
    int b = a + countA;
    int countB = Math.min(WIDTH, cols - b);
    Panel panel = take(tall, rows);
    panel.clear();
    for (int p = 0; p < rows; p++) {
      panel.read(p, dense, p * cols + a, countA, p * cols + b, countB);
    }
    alongRows.transform(panel);
    for (int j = 0; j < half; j++) {
      panel.split(j, (rows - j) % rows, middle, a, countA, b, countB);
    }
    tall.push(panel);
  }

  @Override
  public void close() {
    tall.clear();
    wide.clear();
  }
}
