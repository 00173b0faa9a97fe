package io.fourierft.delta;

import io.fourierft.adapter.Basis;
import io.fourierft.spectral.Entries;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Chooses the form of a weight change by what it costs.
 *
 * <p>A dense form costs its time once for each change of the coefficients, however many tokens
 * follow; the per-token form costs nothing then, but a little for each token. Between two changes
 * (of a training step, say), the per-token form is taken while all products by it have cost no more
 * than the dense form would, then the cheapest dense form. The gradient through a dense form needs
 * the product {@code dy^T x} of each token first, so there the per-token form is taken while {@code
 * tokens(T) <= T product + dense}. In nanoseconds, fitted to measurements (docs/decisions/0003):
 *
 * <pre>
 * tokens(T) = 8,000 + b (2.5 (rows + cols) + 8 n) + T (0.42 (rows w(rows) + cols w(cols)) + 0.4 n)
 * product   = 0.011 rows cols + 4 (rows + cols)
 * dense     = the least of
 *   folded  190,000 + 0.65 rows cols + 0.3 n cols + h 0.0255 (rows / 2 + 1) (cols / 2 + 1) m
 *   FFT     f rows cols (w(rows) + w(cols)) / 2
 *   basis   0.022 rows cols n, times the terms of the basis
 * </pre>
 *
 * <p>with b the blocks of 32 tokens that T tokens need, m the number of distinct rows of the
 * entries (j and -j count as one), h 1 for an even number of rows and 2 for an odd one, f 0.65 up
 * to 2^18 cells and 1 beyond, and w the work of a transform: 1 plus 3 for each factor 2, 3 or 4 of
 * the length, and twice the factor for others. The costs are those of one thread: with more, all
 * but the constant terms is shared (blocks as a whole), but the choice stays the same, so that
 * results do not depend on the number of threads.
 */
public final class DeltaForms {
  private DeltaForms() {}

  /**
   * Builds the cheapest dense form of the Fourier basis.
   *
   * @param entries shape and entries
   * @param type element type, FLOAT or DOUBLE
   * @return a new form
   */
  public static DeltaForm choose(Entries entries, DataType type) {
    return choose(entries, DeltaOptions.fourier(), type);
  }

  /**
   * Builds a dense form: the one asked for, or the cheapest.
   *
   * @param entries shape and entries
   * @param options the basis, and the form if it matters; {@link FormKind#PER_TOKEN}, which is not
   *     dense, is taken as the cheapest
   * @param type element type, FLOAT or DOUBLE
   * @return a new form
   */
  public static DeltaForm choose(Entries entries, DeltaOptions options, DataType type) {
    boolean dense = options.form() != FormKind.CHEAPEST && options.form() != FormKind.PER_TOKEN;
    FormKind kind = dense ? options.form() : cheapestDense(entries, options.basis(), type, onCpu());
    return switch (kind) {
      case FOLDED_GEMM -> FoldedGemm.of(entries, type);
      case REAL_FFT -> RealFft.of(entries, type);
      default -> BasisGemm.of(entries, DeltaBasis.of(options.basis(), options.basisSeed()), type);
    };
  }

  /**
   * The cheapest form of the Fourier basis on this backend.
   *
   * @param entries shape and entries
   * @param type element type, FLOAT or DOUBLE
   * @param tokens tokens between two changes of the coefficients
   * @return the form to take
   */
  public static FormKind cheapest(Entries entries, DataType type, long tokens) {
    boolean cpu = onCpu();
    return tokens <= tokensWorth(entries, type, cpu)
        ? FormKind.PER_TOKEN
        : cheapestDense(entries, Basis.FOURIER, type, cpu);
  }

  /**
   * What a form of the Fourier basis costs by the model above.
   *
   * @param entries shape and entries
   * @param kind a dense form, for one weight change or the gradient from its matrix; or {@link
   *     FormKind#PER_TOKEN}, for one product or gradient
   * @param tokens tokens of that product; no matter to a dense form
   * @param threads threads at work
   * @return nanoseconds, in FLOAT
   */
  public static double estimate(Entries entries, FormKind kind, long tokens, int threads) {
    FormCost cost = new FormCost(entries);
    return switch (kind) {
      case FOLDED_GEMM -> cost.folded(threads);
      case REAL_FFT -> cost.fft() / threads;
      case BASIS_GEMM -> cost.basis(2) / threads;
      case PER_TOKEN -> cost.tokens(tokens, threads);
      case CHEAPEST ->
          Math.min(Math.min(cost.basis(2), cost.fft()) / threads, cost.folded(threads));
    };
  }

  static boolean onCpu() {
    return Nd4j.getBackend().getEnvironment().isCPU();
  }

  static FormKind cheapestDense(Entries entries, Basis basis, DataType type, boolean cpu) {
    long cells = (long) entries.rows() * entries.cols();
    if (!cpu || basis != Basis.FOURIER || !Cells.holds(type, cells)) {
      return FormKind.BASIS_GEMM;
    }
    FormCost cost = new FormCost(entries);
    double least = Math.min(cost.basis(2), Math.min(cost.folded(1), cost.fft()));
    if (least == cost.basis(2)) {
      return FormKind.BASIS_GEMM;
    }
    return least == cost.folded(1) ? FormKind.FOLDED_GEMM : FormKind.REAL_FFT;
  }

  /** Up to so many tokens the per-token form costs no more than making the matrix. */
  static long tokensWorth(Entries entries, DataType type, boolean cpu) {
    FormCost cost = new FormCost(entries);
    return perTokenRuns(type, cpu) ? cost.tokensFor(dense(entries, cost, type)) : 0;
  }

  static boolean perTokenRuns(DataType type, boolean cpu) {
    return cpu && (type == DataType.FLOAT || type == DataType.DOUBLE);
  }

  /** What the cheapest dense form costs on one thread. */
  static double dense(Entries entries, FormCost cost, DataType type) {
    return switch (cheapestDense(entries, Basis.FOURIER, type, true)) {
      case FOLDED_GEMM -> cost.folded(1);
      case REAL_FFT -> cost.fft();
      default -> cost.basis(2);
    };
  }
}
