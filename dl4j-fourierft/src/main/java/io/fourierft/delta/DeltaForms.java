package io.fourierft.delta;

import io.fourierft.adapter.Basis;
import io.fourierft.spectral.Entries;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Chooses the form of a weight change by what it costs.
 *
 * <p>A dense form costs its time once for each change of the coefficients, however many tokens
 * follow; the per-token form costs nothing then, but a little for each token. With T the tokens
 * between two changes (of a training step, say), the per-token form is taken while {@code T token
 * <= dense}, otherwise the cheapest dense form. The gradient through a dense form needs the product
 * {@code dy^T x} of each token first, so there the per-token form is taken while {@code T token <=
 * T product + dense}. In nanoseconds of one thread, fitted to measurements (docs/decisions/0003):
 *
 * <pre>
 * token   = 0.45 (rows w(rows) + cols w(cols)) + 0.8 n
 * product = 0.01075 rows cols + 4 (rows + cols)
 * dense   = the least of
 *   folded  400,000 + 2 rows cols + h 0.0215 (rows / 2 + 1) (cols / 2 + 1) m
 *   FFT     0.625 rows cols (w(rows) + w(cols))
 *   basis   0.0215 rows cols n, times the terms of the basis
 * </pre>
 *
 * <p>with m the number of distinct rows of the entries (j and -j count as one), h 1 for an even
 * number of rows and 2 for an odd one, and w the work of a transform: 1 plus 3 for each factor 2, 3
 * or 4 of the length, and twice the factor for others.
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
   * @param kind a dense form, for one weight change or gradient; or {@link FormKind#PER_TOKEN}, for
   *     one token
   * @return nanoseconds of one thread, in FLOAT
   */
  public static double estimate(Entries entries, FormKind kind) {
    FormCost cost = new FormCost(entries);
    return switch (kind) {
      case FOLDED_GEMM -> cost.folded();
      case REAL_FFT -> cost.fft();
      case BASIS_GEMM -> cost.basis(2);
      case PER_TOKEN -> cost.token();
      case CHEAPEST -> Math.min(cost.basis(2), Math.min(cost.folded(), cost.fft()));
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
    double least = Math.min(cost.basis(2), Math.min(cost.folded(), cost.fft()));
    if (least == cost.basis(2)) {
      return FormKind.BASIS_GEMM;
    }
    return least == cost.folded() ? FormKind.FOLDED_GEMM : FormKind.REAL_FFT;
  }

  /** Up to so many tokens the per-token form costs no more than making the matrix. */
  static long tokensWorth(Entries entries, DataType type, boolean cpu) {
    if (!cpu || (type != DataType.FLOAT && type != DataType.DOUBLE)) {
      return 0;
    }
    FormCost cost = new FormCost(entries);
    return (long) (dense(entries, cost, type) / cost.token());
  }

  /** The same for the gradient, where the dense way needs the gradient of the matrix first. */
  static long tokensWorthOfGradient(Entries entries, DataType type, boolean cpu) {
    if (!cpu || (type != DataType.FLOAT && type != DataType.DOUBLE)) {
      return 0;
    }
    FormCost cost = new FormCost(entries);
    double perToken = cost.token() - cost.denseToken();
    double dense = dense(entries, cost, type);
    return perToken <= 0 ? Long.MAX_VALUE : (long) (dense / perToken);
  }

  private static double dense(Entries entries, FormCost cost, DataType type) {
    return switch (cheapestDense(entries, Basis.FOURIER, type, true)) {
      case FOLDED_GEMM -> cost.folded();
      case REAL_FFT -> cost.fft();
      default -> cost.basis(2);
    };
  }
}
