package io.fourierft;

import io.fourierft.adapter.Basis;
import io.fourierft.adapter.SpectrumInit;
import io.fourierft.delta.DeltaOptions;
import io.fourierft.delta.FormKind;
import io.fourierft.spectral.EntryRule;
import java.util.Objects;

/**
 * Settings of the method, with PEFT's defaults where the paper leaves them open.
 *
 * @param nFrequency coefficients per adapted layer
 * @param scaling factor a of the delta; the paper uses 100 to 300
 * @param rule how the entries are chosen
 * @param init how the coefficients start: zero leaves the model as it is
 * @param initSeed of the random numbers of a Gaussian start
 * @param targets modules that get a delta
 * @param delta the basis that the coefficients weight, and the form to compute with
 */
public record FourierOptions(
    int nFrequency,
    double scaling,
    EntryRule rule,
    SpectrumInit init,
    long initSeed,
    TargetModules targets,
    DeltaOptions delta) {

  public FourierOptions {
    Objects.requireNonNull(rule, "rule");
    Objects.requireNonNull(init, "init");
    Objects.requireNonNull(targets, "targets");
    Objects.requireNonNull(delta, "delta");
    if (nFrequency <= 0) {
      throw new IllegalArgumentException(
          "n_frequency expected a positive number but found " + nFrequency);
    }
    if (!Double.isFinite(scaling)) {
      throw new IllegalArgumentException("scaling expected a finite number but found " + scaling);
    }
  }

  /**
   * 1,000 coefficients, scaling 150, entries from seed 777, zero start.
   *
   * @param targets modules that get a delta
   * @return the settings
   */
  public static FourierOptions of(TargetModules targets) {
    return new FourierOptions(
        1000, 150, EntryRule.seeded(777), SpectrumInit.ZERO, 0, targets, DeltaOptions.fourier());
  }

  /**
   * Other numbers of coefficients.
   *
   * @param number coefficients per adapted layer
   * @return changed settings
   */
  public FourierOptions withNFrequency(int number) {
    return new FourierOptions(number, scaling, rule, init, initSeed, targets, delta);
  }

  /**
   * Another scaling.
   *
   * @param factor factor a of the delta
   * @return changed settings
   */
  public FourierOptions withScaling(double factor) {
    return new FourierOptions(nFrequency, factor, rule, init, initSeed, targets, delta);
  }

  /**
   * Another choice of entries.
   *
   * @param entries the rule
   * @return changed settings
   */
  public FourierOptions withRule(EntryRule entries) {
    return new FourierOptions(nFrequency, scaling, entries, init, initSeed, targets, delta);
  }

  /**
   * A Gaussian start, N(0, 1) as PEFT's default.
   *
   * @param seed of the random numbers
   * @return changed settings
   */
  public FourierOptions withGaussianStart(long seed) {
    return new FourierOptions(
        nFrequency, scaling, rule, SpectrumInit.GAUSSIAN, seed, targets, delta);
  }

  /**
   * Another basis than the Fourier basis, for comparison (the paper's Table 6). PEFT knows no such
   * adapters.
   *
   * @param basis its kind
   * @param seed of a random basis
   * @return changed settings
   */
  public FourierOptions withBasis(Basis basis, long seed) {
    return withDelta(delta.withBasis(basis, seed));
  }

  /**
   * Another form to compute the delta with than the cheapest.
   *
   * @param form the form
   * @return changed settings
   */
  public FourierOptions withForm(FormKind form) {
    return withDelta(delta.withForm(form));
  }

  private FourierOptions withDelta(DeltaOptions changed) {
    return new FourierOptions(nFrequency, scaling, rule, init, initSeed, targets, changed);
  }
}
