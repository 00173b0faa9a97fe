package io.fourierft.delta;

import io.fourierft.engine.Arena;
import io.fourierft.engine.Gemm;
import io.fourierft.spectral.Entries;
import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The weight change from one quadrant of it, the CPU's usual form.
 *
 * <p>The coefficients are real, so {@code cos(a + b) = cos a cos b - sin a sin b} splits the delta
 * into {@code dW = E - O}, with E even and O odd in both p and q:
 *
 * <pre>
 * E[p,q] = s sum_l c_l cos(2 pi p j_l / rows) cos(2 pi q k_l / cols)
 * O[p,q] = s sum_l c_l sin(2 pi p j_l / rows) sin(2 pi q k_l / cols)
 * </pre>
 *
 * <p>Both are needed for {@code p <= rows / 2, q <= cols / 2} only: {@code dW[-p,q] = E + O},
 * {@code dW[-p,-q] = E - O}. Entries of rows j and rows - j differ in a sign, so that they share a
 * row: the sum over the columns costs n short vectors, the sum over the rows one matrix product of
 * inner size {@code min(n, rows / 2 + 1)} for each of E and O. Exact for every length, primes
 * included. The adjoint folds the four quadrants of the gradient onto one and runs the same steps
 * backwards. Where the gradient is {@code dy^T x}, the folding comes first: {@code x[q] + x[-q]}
 * and {@code x[q] - x[-q]}, and so for dy, give both quadrants in half the work of the whole
 * matrix.
 *
 * <p>Every cell is summed in a fixed order, so results do not depend on the number of threads.
 */
public final class FoldedGemm implements DeltaForm {
  private static final int BLOCK = 16;

  private final DataType type;
  private final int rows;
  private final int cols;
  private final FoldedEntries folded;
  private final int height; // of the quadrant
  private final int width;
  private final Half even;
  private final Half odd;

  private FoldedGemm(Entries entries, DataType type) {
    this.type = type;
    this.rows = entries.rows();
    this.cols = entries.cols();
    this.height = rows / 2 + 1;
    this.width = cols / 2 + 1;
    this.folded = FoldedEntries.of(entries);
    this.even = new Half(Wave.COSINE);
    this.odd = new Half(Wave.SINE);
  }

  /**
   * Builds the tables.
   *
   * @param entries shape and entries
   * @param type element type, FLOAT or DOUBLE
   * @return the form
   */
  public static FoldedGemm of(Entries entries, DataType type) {
    return new FoldedGemm(entries, type);
  }

  @Override
  public void materialise(INDArray coefficients, double factor, INDArray out) {
    double[] values = coefficients.toDoubleVector();
    for (int l = 0; l < values.length; l++) {
      values[l] *= factor;
    }
    even.sum(values);
    odd.sum(values);
    Cells target = Cells.of(out);
    Cells e = Cells.of(even.quadrant);
    Cells o = Cells.of(odd.quadrant);
    blocks(height, (from, to) -> unfold(from, to, e, o, target));
  }

  @Override
  public void addGradient(INDArray dense, double factor, INDArray gradient) {
    Cells source = Cells.of(dense);
    Cells e = Cells.of(even.quadrant);
    Cells o = Cells.of(odd.quadrant);
    blocks(height, (from, to) -> fold(from, to, source, e, o));
    addQuadrants(factor, gradient);
  }

  @Override
  public void addGradient(INDArray x, INDArray dy, double factor, Arena arena, INDArray gradient) {
    if (!Cells.fits(x) || !Cells.fits(dy)) {
      DeltaForm.super.addGradient(x, dy, factor, arena, gradient);
      return;
    }
    long tokens = x.size(0);
    INDArray evenX = arena.take(tokens, width);
    INDArray oddX = arena.take(tokens, width);
    INDArray evenY = arena.take(tokens, height);
    INDArray oddY = arena.take(tokens, height);
    fold(x, evenX, oddX);
    fold(dy, evenY, oddY);
    Gemm.multiply(evenY, true, evenX, false, even.quadrant);
    Gemm.multiply(oddY, true, oddX, false, odd.quadrant);
    List.of(evenX, oddX, evenY, oddY).forEach(arena::give);
    addQuadrants(factor, gradient);
  }

  /** Folds each row of a matrix. */
  private void fold(INDArray whole, INDArray even, INDArray odd) {
    int length = (int) whole.size(1);
    int half = (int) even.size(1);
    Cells source = Cells.of(whole);
    Cells e = Cells.of(even);
    Cells o = Cells.of(odd);
    blocks(
        (int) whole.size(0),
        (from, to) -> {
          Row row = Row.of(type, length);
          Row evenRow = Row.of(type, half);
          Row oddRow = Row.of(type, half);
          for (int t = from; t < to; t++) {
            row.read(source, t * length);
            row.fold(evenRow, oddRow);
            evenRow.write(e, t * half);
            oddRow.write(o, t * half);
          }
        });
  }

  private void addQuadrants(double factor, INDArray gradient) {
    double[] result = new double[folded.size()];
    even.addTo(result, factor);
    odd.addTo(result, factor);
    Coefficients.add(result, gradient);
  }

  private interface Rows {
    void run(int from, int to);
  }

  private static void blocks(int length, Rows task) {
    IntStream.range(0, (length + BLOCK - 1) / BLOCK)
        .parallel()
        .forEach(block -> task.run(block * BLOCK, Math.min(length, (block + 1) * BLOCK)));
  }

  /** Writes rows p and -p of the delta. */
  private void unfold(int from, int to, Cells even, Cells odd, Cells out) {
    Row e = Row.of(type, width);
    Row o = Row.of(type, width);
    Row here = Row.of(type, cols);
    Row mirrored = Row.of(type, cols);
    for (int p = from; p < to; p++) {
      e.read(even, p * width);
      o.read(odd, p * width);
      e.unfold(o, here, mirrored);
      here.write(out, p * cols);
      if (p != (rows - p) % rows) {
        mirrored.write(out, (rows - p) * cols);
      }
    }
  }

  /** Sums the cells of rows p and -p that share a cell of the quadrant, with the signs of E, O. */
  private void fold(int from, int to, Cells dense, Cells even, Cells odd) {
    Row here = Row.of(type, cols);
    Row mirrored = Row.of(type, cols);
    Row e = Row.of(type, width);
    Row o = Row.of(type, width);
    for (int p = from; p < to; p++) {
      here.read(dense, p * cols);
      if (p == (rows - p) % rows) {
        mirrored.clear();
      } else {
        mirrored.read(dense, (rows - p) * cols);
      }
      e.fold(o, here, mirrored);
      e.write(even, p * width);
      o.write(odd, p * width);
    }
  }

  @Override
  public void close() {
    even.close();
    odd.close();
  }

  /** E or O: {@code quadrant = left sums}, and back. */
  private final class Half implements AutoCloseable {
    private final Wave wave;
    private final Row[] right; // by folded column: [width]
    private final INDArray left; // [height, folded rows]
    private final INDArray sums; // [folded rows, width]
    private final INDArray quadrant; // [height, width]

    Half(Wave wave) {
      this.wave = wave;
      this.right = wave.table(type, cols, folded.columns());
      int inner = folded.rows().length;
      this.left = Nd4j.createUninitialized(type, height, inner);
      this.sums = Nd4j.createUninitialized(type, inner, width);
      this.quadrant = Nd4j.createUninitialized(type, height, width);
      Row[] table = wave.table(type, rows, folded.rows());
      Cells target = Cells.of(left);
      Row row = Row.of(type, inner);
      for (int p = 0; p < height; p++) {
        for (int i = 0; i < inner; i++) {
          row.set(i, table[i].get(p));
        }
        row.write(target, p * inner);
      }
    }

    private double sign(int entry) {
      return wave == Wave.SINE ? folded.sign(entry) : 1;
    }

    void sum(double[] values) {
      Cells target = Cells.of(sums);
      blocks(
          folded.rows().length,
          (from, to) -> {
            Row sum = Row.of(type, width);
            for (int i = from; i < to; i++) {
              sum.clear();
              for (int l : folded.entriesOfRow(i)) {
                sum.addScaled(sign(l) * values[l], right[folded.column(l)]);
              }
              sum.write(target, i * width);
            }
          });
      Gemm.multiply(left, false, sums, false, quadrant);
    }

    void addTo(double[] result, double factor) {
      Gemm.multiply(left, true, quadrant, false, sums);
      Cells source = Cells.of(sums);
      double signed = wave == Wave.SINE ? -factor : factor;
      blocks(
          folded.rows().length,
          (from, to) -> {
            Row sum = Row.of(type, width);
            for (int i = from; i < to; i++) {
              sum.read(source, i * width);
              for (int l : folded.entriesOfRow(i)) {
                result[l] += signed * sign(l) * sum.dot(right[folded.column(l)]);
              }
            }
          });
    }

    @Override
    public void close() {
      left.close();
      sums.close();
      quadrant.close();
    }
  }
}
