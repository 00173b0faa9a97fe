package io.fourierft.delta;

import io.fourierft.engine.Arena;
import io.fourierft.engine.Gemm;
import io.fourierft.spectral.Entries;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
 * inner size {@code min(n, rows / 2 + 1)} for each of E and O. Where the number of rows is even,
 * {@code cos(2 pi (rows / 2 - p) j / rows) = (-1)^j cos(2 pi p j / rows)} and the like for the sine
 * fold once more: the sums over even and over odd rows j, for p up to a quarter, give all p, in
 * half the multiplications. Exact for every length, primes included. The adjoint folds the four
 * quadrants of the gradient onto one and runs the same steps backwards. Where the gradient is
 * {@code dy^T x}, the folding comes first: {@code x[q] + x[-q]} and {@code x[q] - x[-q]}, and so
 * for dy, give both quadrants in half the work of the whole matrix.
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
  private final int turn; // row p of the quadrant mirrors row turn - p; 0 for none
  private final int span; // rows that are computed; the others mirror them
  private final Half even;
  private final Half odd;

  private FoldedGemm(Entries entries, DataType type) {
    this.type = type;
    this.rows = entries.rows();
    this.cols = entries.cols();
    this.height = rows / 2 + 1;
    this.width = cols / 2 + 1;
    this.turn = rows % 2 == 0 ? rows / 2 : 0;
    this.span = turn > 0 ? turn / 2 + 1 : height;
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
    blocks(span, (from, to) -> unfold(from, to, target));
  }

  @Override
  public void addGradient(INDArray dense, double factor, INDArray gradient) {
    Cells source = Cells.of(dense);
    blocks(span, (from, to) -> fold(from, to, source));
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
    even.product(evenY, evenX, arena);
    odd.product(oddY, oddX, arena);
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

  /** Rows to work in: of E and O, at p and at the row that mirrors it, and of the matrix. */
  private final class Scratch {
    private final Row[] e = {Row.of(type, width), Row.of(type, width)};
    private final Row[] o = {Row.of(type, width), Row.of(type, width)};
    private final Row here = Row.of(type, cols);
    private final Row mirrored = Row.of(type, cols);

    /** Writes rows p and -p of the delta. */
    void unfold(int p, int side, Cells out) {
      e[side].unfold(o[side], here, mirrored);
      here.write(out, p * cols);
      if (p != (rows - p) % rows) {
        mirrored.write(out, (rows - p) * cols);
      }
    }

    /**
     * Sums the cells of rows p and -p that share a cell of the quadrant, with the signs of E, O.
     */
    void fold(int p, int side, Cells dense) {
      here.read(dense, p * cols);
      if (p == (rows - p) % rows) {
        mirrored.clear();
      } else {
        mirrored.read(dense, (rows - p) * cols);
      }
      e[side].fold(o[side], here, mirrored);
    }
  }

  private void unfold(int from, int to, Cells out) {
    Scratch at = new Scratch();
    for (int p = from; p < to; p++) {
      even.read(p, at.e);
      odd.read(p, at.o);
      at.unfold(p, 0, out);
      if (turn > 0 && turn - p != p) {
        at.unfold(turn - p, 1, out);
      }
    }
  }

  private void fold(int from, int to, Cells dense) {
    Scratch at = new Scratch();
    for (int p = from; p < to; p++) {
      at.fold(p, 0, dense);
      if (turn > 0 && turn - p != p) {
        at.fold(turn - p, 1, dense);
      } else {
        at.e[1].clear();
        at.o[1].clear();
      }
      even.write(p, at.e);
      odd.write(p, at.o);
    }
  }

  @Override
  public void close() {
    even.close();
    odd.close();
  }

  /**
   * E or O, as a part that is the same at p and turn - p and a part that has the opposite sign
   * there; without a turn there is one part.
   */
  private final class Half implements AutoCloseable {
    private final List<Part> parts;

    Half(Wave wave) {
      Row[] right = wave.table(type, cols, folded.columns());
      IntStream all = IntStream.range(0, folded.rows().length);
      if (turn == 0) {
        this.parts = List.of(new Part(wave, right, all.toArray()));
      } else {
        int same = wave == Wave.COSINE ? 0 : 1; // parity of the rows j
        Map<Boolean, List<Integer>> split =
            all.boxed().collect(Collectors.partitioningBy(i -> folded.rows()[i] % 2 == same));
        this.parts =
            Stream.of(true, false)
                .map(key -> split.get(key).stream().mapToInt(Integer::intValue).toArray())
                .map(inner -> new Part(wave, right, inner))
                .toList();
      }
    }

    void sum(double[] values) {
      parts.forEach(part -> part.sum(values));
    }

    void addTo(double[] result, double factor) {
      parts.forEach(part -> part.addTo(result, factor));
    }

    /** Row p, and row turn - p. */
    void read(int p, Row[] at) {
      for (int i = 0; i < parts.size(); i++) {
        at[i].read(parts.get(i).cells, p * width);
      }
      if (parts.size() == 2) {
        at[0].butterfly(at[1]);
      }
    }

    /** The adjoint of {@link #read}. */
    void write(int p, Row[] at) {
      if (parts.size() == 2) {
        at[0].butterfly(at[1]);
      }
      for (int i = 0; i < parts.size(); i++) {
        at[i].write(parts.get(i).cells, p * width);
      }
    }

    /** The quadrant as a product of what is folded over both sides, {@code dy^T x}. */
    void product(INDArray dy, INDArray x, Arena arena) {
      if (turn == 0) {
        Gemm.multiply(dy, true, x, false, parts.get(0).quadrant);
        return;
      }
      INDArray same = arena.take(dy.size(0), span);
      INDArray opposite = arena.take(dy.size(0), span);
      foldTurn(dy, same, opposite);
      Gemm.multiply(same, true, x, false, parts.get(0).quadrant);
      Gemm.multiply(opposite, true, x, false, parts.get(1).quadrant);
      arena.give(same);
      arena.give(opposite);
    }

    @Override
    public void close() {
      parts.forEach(Part::close);
    }
  }

  /** Sums and differences of columns p and turn - p. */
  private void foldTurn(INDArray whole, INDArray same, INDArray opposite) {
    Cells source = Cells.of(whole);
    Cells s = Cells.of(same);
    Cells o = Cells.of(opposite);
    blocks(
        (int) whole.size(0),
        (from, to) -> {
          Row row = Row.of(type, height);
          Row sums = Row.of(type, span);
          Row differences = Row.of(type, span);
          for (int t = from; t < to; t++) {
            row.read(source, t * height);
            row.foldTurn(sums, differences);
            sums.write(s, t * span);
            differences.write(o, t * span);
          }
        });
  }

  /** Sums over some of the rows: {@code quadrant = left sums}, and back. */
  private final class Part implements AutoCloseable {
    private final Wave wave;
    private final int[] inner; // which folded rows
    private final Row[] right; // by folded column: [width]
    private final INDArray left; // [span, inner]
    private final INDArray sums; // [inner, width]
    private final INDArray quadrant; // [span, width]
    private final Cells cells; // of the quadrant

    Part(Wave wave, Row[] right, int[] inner) {
      this.wave = wave;
      this.inner = inner;
      this.right = right;
      this.quadrant = Nd4j.create(type, span, width);
      this.cells = Cells.of(quadrant);
      int size = Math.max(inner.length, 1); // no rows: nothing is ever multiplied
      this.left = Nd4j.createUninitialized(type, span, size);
      this.sums = Nd4j.createUninitialized(type, size, width);
      Row[] table =
          wave.table(type, rows, IntStream.of(inner).map(i -> folded.rows()[i]).toArray());
      Cells target = Cells.of(left);
      Row row = Row.of(type, size);
      for (int p = 0; p < span; p++) {
        for (int i = 0; i < inner.length; i++) {
          row.set(i, table[i].get(p));
        }
        row.write(target, p * size);
      }
    }

    private double sign(int entry) {
      return wave == Wave.SINE ? folded.sign(entry) : 1;
    }

    void sum(double[] values) {
      if (inner.length == 0) {
        quadrant.assign(0);
        return;
      }
      Cells target = Cells.of(sums);
      blocks(
          inner.length,
          (from, to) -> {
            Row sum = Row.of(type, width);
            for (int i = from; i < to; i++) {
              sum.clear();
              for (int l : folded.entriesOfRow(inner[i])) {
                sum.addScaled(sign(l) * values[l], right[folded.column(l)]);
              }
              sum.write(target, i * width);
            }
          });
      Gemm.multiply(left, false, sums, false, quadrant);
    }

    void addTo(double[] result, double factor) {
      if (inner.length == 0) {
        return;
      }
      Gemm.multiply(left, true, quadrant, false, sums);
      Cells source = Cells.of(sums);
      double signed = wave == Wave.SINE ? -factor : factor;
      blocks(
          inner.length,
          (from, to) -> {
            Row sum = Row.of(type, width);
            for (int i = from; i < to; i++) {
              sum.read(source, i * width);
              for (int l : folded.entriesOfRow(inner[i])) {
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
