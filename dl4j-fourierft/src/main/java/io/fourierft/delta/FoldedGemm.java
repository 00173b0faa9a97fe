package io.fourierft.delta;

import io.fourierft.engine.Gemm;
import io.fourierft.spectral.Entries;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.IntConsumer;
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
 * backwards.
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
  private final Deque<Scratch> scratches = new ConcurrentLinkedDeque<>();

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
    blocks(height, p -> unfold(p, e, o, target));
  }

  @Override
  public void addGradient(INDArray dense, double factor, INDArray gradient) {
    Cells source = Cells.of(dense);
    Cells e = Cells.of(even.quadrant);
    Cells o = Cells.of(odd.quadrant);
    blocks(height, p -> fold(p, source, e, o));
    double[] result = new double[folded.size()];
    even.addTo(result, factor);
    odd.addTo(result, factor);
    Coefficients.add(result, gradient);
  }

  private static void blocks(int length, IntConsumer task) {
    IntStream.range(0, (length + BLOCK - 1) / BLOCK)
        .parallel()
        .forEach(
            block -> {
              for (int i = block * BLOCK; i < Math.min(length, (block + 1) * BLOCK); i++) {
                task.accept(i);
              }
            });
  }

  /** Rows to work in, of one thread. */
  private record Scratch(Row even, Row odd, Row here, Row mirrored) {}

  private Scratch scratch() {
    Scratch free = scratches.poll();
    return free != null
        ? free
        : new Scratch(
            Row.of(type, width), Row.of(type, width), Row.of(type, cols), Row.of(type, cols));
  }

  /** Writes rows p and -p of the delta. */
  private void unfold(int p, Cells even, Cells odd, Cells out) {
    Scratch at = scratch();
    at.even().read(even, p * width);
    at.odd().read(odd, p * width);
    at.even().unfold(at.odd(), at.here(), at.mirrored());
    at.here().write(out, p * cols);
    if (p != (rows - p) % rows) {
      at.mirrored().write(out, (rows - p) * cols);
    }
    scratches.push(at);
  }

  /** Sums the cells of rows p and -p that share a cell of the quadrant, with the signs of E, O. */
  private void fold(int p, Cells dense, Cells even, Cells odd) {
    Scratch at = scratch();
    at.here().read(dense, p * cols);
    if (p != (rows - p) % rows) {
      at.mirrored().read(dense, (rows - p) * cols);
    } else {
      at.mirrored().clear();
    }
    at.even().fold(at.odd(), at.here(), at.mirrored());
    at.even().write(even, p * width);
    at.odd().write(odd, p * width);
    scratches.push(at);
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
          i -> {
            Scratch at = scratch();
            at.even().clear();
            for (int l : folded.entriesOfRow(i)) {
              at.even().addScaled(sign(l) * values[l], right[folded.column(l)]);
            }
            at.even().write(target, i * width);
            scratches.push(at);
          });
      Gemm.multiply(left, false, sums, false, quadrant);
    }

    void addTo(double[] result, double factor) {
      Gemm.multiply(left, true, quadrant, false, sums);
      Cells source = Cells.of(sums);
      double signed = wave == Wave.SINE ? -factor : factor;
      blocks(
          folded.rows().length,
          i -> {
            Scratch at = scratch();
            at.even().read(source, i * width);
            for (int l : folded.entriesOfRow(i)) {
              result[l] += signed * sign(l) * at.even().dot(right[folded.column(l)]);
            }
            scratches.push(at);
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
