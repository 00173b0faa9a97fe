package io.fourierft.delta;

import io.fourierft.adapter.Basis;
import io.fourierft.spectral.Entries;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The weight change of all layers of one shape: which forms to compute it with, each built when it
 * is first needed. Takes no memory before that, nor after {@link #release}. For one thread at a
 * time.
 */
public final class Delta implements AutoCloseable {
  private final Entries entries;
  private final DeltaOptions options;
  private final DataType type;
  private final FormCost cost;
  private final double matrixCost; // of making the matrix, as the choice of a form sees it
  private Optional<DeltaForm> dense = Optional.empty();
  private Optional<TokenForm> perToken = Optional.empty();
  private Optional<INDArray> scratch = Optional.empty();

  private Delta(Entries entries, DeltaOptions options, DataType type) {
    this.entries = entries;
    this.options = options;
    this.type = type;
    this.cost = new FormCost(entries);
    this.matrixCost = matrixCost(DeltaForms.onCpu());
  }

  private double matrixCost(boolean cpu) {
    if (options.form() == FormKind.PER_TOKEN) {
      if (!cpu) {
        throw new IllegalArgumentException(
            "form expected one of this backend but found PER_TOKEN, which needs a CPU");
      }
      return Double.POSITIVE_INFINITY;
    }
    boolean free = options.form() == FormKind.CHEAPEST && options.basis() == Basis.FOURIER;
    return free && DeltaForms.perTokenRuns(type, cpu)
        ? DeltaForms.dense(entries, cost, type)
        : Double.NEGATIVE_INFINITY;
  }

  /**
   * A weight change of which nothing is computed yet.
   *
   * @param entries shape and entries
   * @param options basis and form
   * @param type element type, FLOAT or DOUBLE
   * @return the weight change
   */
  public static Delta of(Entries entries, DeltaOptions options, DataType type) {
    return new Delta(entries, options, type);
  }

  /**
   * Shape and entries.
   *
   * @return the entries
   */
  public Entries entries() {
    return entries;
  }

  /**
   * The dense form.
   *
   * @return the form; stays with this object, valid until {@link #release}
   */
  public DeltaForm dense() {
    if (dense.isEmpty()) {
      dense = Optional.of(DeltaForms.choose(entries, options, type));
    }
    return dense.get();
  }

  /**
   * The form that makes no matrix.
   *
   * @return the form; stays with this object
   */
  public TokenForm perToken() {
    if (perToken.isEmpty()) {
      perToken = Optional.of(TokenForm.of(entries, type));
    }
    return perToken.get();
  }

  /** A matrix to work in, {@code [rows, cols]}; its contents do not outlive a call. */
  INDArray scratch() {
    if (scratch.isEmpty()) {
      scratch = Optional.of(Nd4j.createUninitialized(type, entries.rows(), entries.cols()));
    }
    return scratch.get();
  }

  /**
   * Up to how many tokens of one product after a change of the coefficients the weight change is
   * best applied per token.
   *
   * @return the number of tokens, 0 for never
   */
  public long tokensWorth() {
    return cost.tokensFor(matrixCost);
  }

  /** What one product of so many tokens costs per token. */
  double perTokenCost(long tokens) {
    return cost.tokens(tokens, 1);
  }

  /** Whether products that cost so much per token have cost less than the matrix would. */
  boolean staysPerToken(double spent) {
    return spent <= matrixCost;
  }

  /** Whether the gradient of a batch is best taken per token. */
  boolean gradientPerToken(long tokens) {
    return cost.tokens(tokens, 1) <= matrixCost + tokens * cost.denseToken();
  }

  /** Frees all tables; they are built again when needed. */
  public void release() {
    dense.ifPresent(DeltaForm::close);
    dense = Optional.empty();
    perToken = Optional.empty();
    scratch.ifPresent(INDArray::close);
    scratch = Optional.empty();
  }

  @Override
  public void close() {
    release();
  }
}
