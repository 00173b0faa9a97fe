package io.fourierft.delta;

import io.fourierft.adapter.Basis;
import java.util.Objects;

/**
 * What the coefficients weight, and how the weight change is computed.
 *
 * @param basis kind of the basis
 * @param basisSeed seed of a random basis, of no meaning for the Fourier basis
 * @param form the form to compute with; of no effect on the result beyond rounding
 */
public record DeltaOptions(Basis basis, long basisSeed, FormKind form) {

  /** Checks that the form knows the basis. */
  public DeltaOptions {
    Objects.requireNonNull(basis, "basis");
    Objects.requireNonNull(form, "form");
    boolean any = form == FormKind.CHEAPEST || form == FormKind.BASIS_GEMM;
    if (basis != Basis.FOURIER && !any) {
      throw new IllegalArgumentException(
          "form expected CHEAPEST or BASIS_GEMM but found " + form + " (basis " + basis + ")");
    }
  }

  /**
   * The Fourier basis, computed as is cheapest.
   *
   * @return the method's own settings
   */
  public static DeltaOptions fourier() {
    return new DeltaOptions(Basis.FOURIER, 0, FormKind.CHEAPEST);
  }

  /**
   * Another basis.
   *
   * @param kind its kind
   * @param seed seed of a random basis
   * @return changed settings
   */
  public DeltaOptions withBasis(Basis kind, long seed) {
    return new DeltaOptions(kind, seed, form);
  }

  /**
   * Another form.
   *
   * @param kind the form
   * @return changed settings
   */
  public DeltaOptions withForm(FormKind kind) {
    return new DeltaOptions(basis, basisSeed, kind);
  }
}
