package io.fourierft.delta;

import io.fourierft.spectral.Entries;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The weight change applied token by token in the spectrum, without a rows x cols matrix: the form
 * for few tokens, on the CPU.
 *
 * <p>With X_t the transform of token t, {@code X[k] = sum_q x_q e^(2 pi i q k / cols)}, and G_t
 * that of its output's gradient,
 *
 * <pre>
 * (dW x)_p      = s Re sum_l c_l X[k_l] e^(2 pi i p j_l / rows)
 * (dW^T g)_q    = s Re sum_l c_l G[j_l] e^(2 pi i q k_l / cols)
 * dL/dc_l       = s sum_t Re(G_t[j_l] X_t[k_l])
 * </pre>
 *
 * <p>Each costs two transforms and O(n) a token. dW is real, so two tokens share a transform, one
 * as the real and one as the imaginary part: with half of each coefficient at the entry and half at
 * its mirror image nothing else changes. Blocks of tokens are independent and summed in their
 * order, so results do not depend on the number of threads. Immutable, but for one thread at a
 * time.
 */
public final class TokenForm {
  private static final int WIDTH = 16; // pairs of tokens in a block

  /** Tokens that one thread transforms together. */
  static final int BLOCK = 2 * WIDTH;

  private final DataType type;
  private final Entries entries;
  private final RowFft alongRows;
  private final RowFft alongCols;

  private TokenForm(Entries entries, DataType type) {
    this.type = type;
    this.entries = entries;
    this.alongRows = new RowFft(entries.rows());
    this.alongCols = entries.cols() == entries.rows() ? alongRows : new RowFft(entries.cols());
  }

  /**
   * Plans the transforms.
   *
   * @param entries shape and entries
   * @param type element type, FLOAT or DOUBLE
   * @return the form
   */
  public static TokenForm of(Entries entries, DataType type) {
    return new TokenForm(entries, type);
  }

  /**
   * Adds {@code dW x} of each token.
   *
   * @param coefficients c, {@code [n]}
   * @param factor s
   * @param x inputs, {@code [tokens, cols]}, row-major
   * @param y where it is added, {@code [tokens, rows]}, row-major
   */
  public void addProduct(INDArray coefficients, double factor, INDArray x, INDArray y) {
    add(coefficients.toDoubleVector(), factor / 2, x, y, false);
  }

  /**
   * Adds {@code dW^T g} of each token.
   *
   * @param coefficients c, {@code [n]}
   * @param factor s
   * @param dy gradients of the outputs, {@code [tokens, rows]}, row-major
   * @param dx where it is added, {@code [tokens, cols]}, row-major
   */
  public void addTransposedProduct(INDArray coefficients, double factor, INDArray dy, INDArray dx) {
    add(coefficients.toDoubleVector(), factor / 2, dy, dx, true);
  }

  private void add(double[] c, double factor, INDArray from, INDArray to, boolean transposed) {
    int tokens = (int) from.size(0);
    Cells source = Cells.of(from);
    Cells target = Cells.of(to);
    int width = width(tokens);
    parallel(
        tokens,
        first -> {
          Panel in = transform(source, first, tokens, width, transposed);
          Panel out = Panel.of(type, transposed ? entries.cols() : entries.rows(), width);
          for (int l = 0; l < c.length; l++) {
            int row = transposed ? entries.column(l) : entries.row(l);
            int column = transposed ? entries.row(l) : entries.column(l);
            out.addScaled(row, c[l], in, column);
            out.addScaled(mirror(row, !transposed), c[l], in, mirror(column, transposed));
          }
          (transposed ? alongCols : alongRows).transform(out);
          store(out, factor, target, first, tokens, transposed);
        });
  }

  /**
   * Adds the gradient of the coefficients.
   *
   * @param x inputs, {@code [tokens, cols]}, row-major
   * @param dy gradients of the outputs, {@code [tokens, rows]}, row-major
   * @param factor s
   * @param gradient where it is added, {@code [n]}
   */
  public void addGradient(INDArray x, INDArray dy, double factor, INDArray gradient) {
    int tokens = (int) x.size(0);
    Cells inputs = Cells.of(x);
    Cells gradients = Cells.of(dy);
    int width = width(tokens);
    IntFunction<double[]> block =
        first -> {
          Panel in = transform(inputs, first, tokens, width, false);
          Panel out = transform(gradients, first, tokens, width, true);
          double[] sums = new double[entries.size()];
          for (int l = 0; l < sums.length; l++) {
            int j = entries.row(l);
            int k = entries.column(l);
            sums[l] = out.dot(j, in, mirror(k, false)) + out.dot(mirror(j, true), in, k);
          }
          return sums;
        };
    List<double[]> parts = firsts(tokens).parallel().mapToObj(block).toList();
    double[] result = new double[entries.size()];
    for (double[] part : parts) {
      for (int l = 0; l < result.length; l++) {
        result[l] += part[l];
      }
    }
    Arrays.setAll(result, l -> factor / 2 * result[l]);
    Coefficients.add(result, gradient);
  }

  private int mirror(int index, boolean rows) {
    int length = rows ? entries.rows() : entries.cols();
    return index == 0 ? 0 : length - index;
  }

  private static int width(int tokens) {
    return Math.min(WIDTH, (tokens + 1) / 2);
  }

  private static IntStream firsts(int tokens) {
    return IntStream.range(0, (tokens + BLOCK - 1) / BLOCK).map(number -> number * BLOCK);
  }

  private static void parallel(int tokens, IntConsumer task) {
    firsts(tokens).parallel().forEach(task);
  }

  /** The transforms of a block of tokens, two tokens a column. */
  private Panel transform(Cells cells, int first, int tokens, int width, boolean rows) {
    int length = rows ? entries.rows() : entries.cols();
    Panel panel = Panel.of(type, length, width);
    int count = Math.min(2 * width, tokens - first);
    panel.readColumns(cells, first * length, count, length);
    (rows ? alongRows : alongCols).transform(panel);
    return panel;
  }

  private void store(
      Panel panel, double factor, Cells cells, int first, int tokens, boolean transposed) {
    int length = transposed ? entries.cols() : entries.rows();
    int count = Math.min(2 * panel.width, tokens - first);
    panel.addColumns(factor, cells, first * length, count, length);
  }
}
