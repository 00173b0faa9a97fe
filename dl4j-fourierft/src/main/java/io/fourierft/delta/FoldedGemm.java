package io.fourierft.delta;

import io.fourierft.engine.Gemm;
import io.fourierft.spectral.Entries;
import java.nio.FloatBuffer;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The weight change from one quadrant of it, the CPU's form, in single precision.
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

  private final int rows;
  private final int cols;
  private final FoldedEntries folded;
  private final int height; // of the quadrant
  private final int width;
  private final Half even;
  private final Half odd;

  private FoldedGemm(Entries entries) {
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
   * @return the form
   */
  public static FoldedGemm of(Entries entries) {
    return new FoldedGemm(entries);
  }

  @Override
  public void materialise(INDArray coefficients, double factor, INDArray out) {
    float[] values = coefficients.toFloatVector();
    for (int l = 0; l < values.length; l++) {
      values[l] *= (float) factor;
    }
    even.sum(values);
    odd.sum(values);
    FloatBuffer target = FloatBuffers.of(out);
    FloatBuffer e = FloatBuffers.of(even.quadrant);
    FloatBuffer o = FloatBuffers.of(odd.quadrant);
    blocks(height, p -> unfold(p, e, o, target));
  }

  @Override
  public void addGradient(INDArray dense, double factor, INDArray gradient) {
    FloatBuffer source = FloatBuffers.of(dense);
    FloatBuffer e = FloatBuffers.of(even.quadrant);
    FloatBuffer o = FloatBuffers.of(odd.quadrant);
    blocks(height, p -> fold(p, source, e, o));
    float[] result = new float[folded.size()];
    even.addTo(result, (float) factor);
    odd.addTo(result, (float) factor);
    try (INDArray update = Nd4j.createFromArray(result)) {
      gradient.addi(update);
    }
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

  /** Writes rows p and -p of the delta. */
  private void unfold(int p, FloatBuffer even, FloatBuffer odd, FloatBuffer out) {
    float[] e = new float[width];
    float[] o = new float[width];
    even.get(p * width, e);
    odd.get(p * width, o);
    float[] here = new float[cols];
    float[] mirrored = new float[cols];
    for (int q = 0; q < width; q++) {
      here[q] = e[q] - o[q];
      mirrored[q] = e[q] + o[q];
    }
    for (int q = 1; q <= (cols - 1) / 2; q++) {
      here[cols - q] = mirrored[q];
      mirrored[cols - q] = here[q];
    }
    out.put(p * cols, here);
    if (p != (rows - p) % rows) {
      out.put((rows - p) * cols, mirrored);
    }
  }

  /** Sums the cells of rows p and -p that share a cell of the quadrant, with the signs of E, O. */
  private void fold(int p, FloatBuffer dense, FloatBuffer even, FloatBuffer odd) {
    float[] here = new float[cols];
    float[] mirrored = new float[cols];
    dense.get(p * cols, here);
    if (p != (rows - p) % rows) {
      dense.get((rows - p) * cols, mirrored);
    }
    float[] e = new float[width];
    float[] o = new float[width];
    for (int q = 0; q < width; q++) {
      e[q] = here[q] + mirrored[q];
      o[q] = here[q] - mirrored[q];
    }
    for (int q = 1; q <= (cols - 1) / 2; q++) {
      e[q] += here[cols - q] + mirrored[cols - q];
      o[q] -= here[cols - q] - mirrored[cols - q];
    }
    even.put(p * width, e);
    odd.put(p * width, o);
  }

  @Override
  public void close() {
    even.close();
    odd.close();
  }

  /** E or O: {@code quadrant = left sums}, and back. */
  private final class Half implements AutoCloseable {
    private final Wave wave;
    private final float[][] right; // by folded column: [width]
    private final INDArray left; // [height, folded rows]
    private final INDArray sums; // [folded rows, width]
    private final INDArray quadrant; // [height, width]

    Half(Wave wave) {
      this.wave = wave;
      this.right = wave.table(cols, folded.columns());
      this.left = Nd4j.createUninitialized(DataType.FLOAT, height, folded.rows().length);
      this.sums = Nd4j.createUninitialized(DataType.FLOAT, folded.rows().length, width);
      this.quadrant = Nd4j.createUninitialized(DataType.FLOAT, height, width);
      float[][] table = wave.table(rows, folded.rows());
      FloatBuffer target = FloatBuffers.of(left);
      for (int row = 0; row < table.length; row++) {
        for (int p = 0; p < height; p++) {
          target.put(p * table.length + row, table[row][p]);
        }
      }
    }

    private float sign(int entry) {
      return wave == Wave.SINE ? folded.sign(entry) : 1;
    }

    void sum(float[] values) {
      FloatBuffer target = FloatBuffers.of(sums);
      blocks(
          folded.rows().length,
          row -> {
            float[] sum = new float[width];
            for (int l : folded.entriesOfRow(row)) {
              addScaled(sum, sign(l) * values[l], right[folded.column(l)]);
            }
            target.put(row * width, sum);
          });
      Gemm.multiply(left, false, sums, false, quadrant);
    }

    void addTo(float[] result, float factor) {
      Gemm.multiply(left, true, quadrant, false, sums);
      FloatBuffer source = FloatBuffers.of(sums);
      float signed = wave == Wave.SINE ? -factor : factor;
      blocks(
          folded.rows().length,
          row -> {
            float[] sum = new float[width];
            source.get(row * width, sum);
            for (int l : folded.entriesOfRow(row)) {
              result[l] += signed * sign(l) * dot(sum, right[folded.column(l)]);
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

  private static void addScaled(float[] sum, float factor, float[] vector) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += factor * vector[i];
    }
  }

  private static float dot(float[] a, float[] b) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    int i = 0;
    for (; i + 3 < a.length; i += 4) {
      s0 += a[i] * b[i];
      s1 += a[i + 1] * b[i + 1];
      s2 += a[i + 2] * b[i + 2];
      s3 += a[i + 3] * b[i + 3];
    }
    for (; i < a.length; i++) {
      s0 += a[i] * b[i];
    }
    return (s0 + s1) + (s2 + s3);
  }
}
