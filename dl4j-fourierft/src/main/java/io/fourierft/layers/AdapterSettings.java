package io.fourierft.layers;

import io.fourierft.AdapterSpec;
import io.fourierft.FourierOptions;
import io.fourierft.adapter.Basis;
import io.fourierft.adapter.BiasMode;
import io.fourierft.adapter.SpectrumInit;
import io.fourierft.delta.DeltaOptions;
import io.fourierft.delta.FormKind;
import io.fourierft.spectral.Entries;
import io.fourierft.spectral.EntryRule;
import java.io.Serializable;
import java.util.Map;

/**
 * What an adapter has in common over all layers, in a form that a network's configuration can hold.
 *
 * @param rule how the entries are chosen, as text
 * @param scaling factor a of the delta
 * @param init how the coefficients started
 * @param bias which biases are trained along
 * @param basis what the coefficients weight
 * @param basisSeed seed of a random basis
 * @param form how the delta is computed
 */
public record AdapterSettings(
    String rule,
    double scaling,
    SpectrumInit init,
    BiasMode bias,
    Basis basis,
    long basisSeed,
    FormKind form)
    implements Serializable {

  /**
   * Checks the components.
   *
   * @param rule how the entries are chosen, as text
   * @param scaling factor a of the delta
   * @param init how the coefficients started
   * @param bias which biases are trained along
   * @param basis what the coefficients weight
   * @param basisSeed seed of a random basis
   * @param form how the delta is computed
   */
  public AdapterSettings {
    RuleText.parse(rule);
    if (!Double.isFinite(scaling)) {
      throw new IllegalArgumentException("scaling expected a finite number but found " + scaling);
    }
  }

  static AdapterSettings of(AdapterSpec spec) {
    return new AdapterSettings(
        RuleText.of(spec.rule()),
        spec.scaling(),
        spec.init(),
        spec.bias(),
        spec.delta().basis(),
        spec.delta().basisSeed(),
        spec.delta().form());
  }

  static AdapterSettings of(FourierOptions options) {
    return new AdapterSettings(
        RuleText.of(options.rule()),
        options.scaling(),
        options.init(),
        options.bias(),
        options.delta().basis(),
        options.delta().basisSeed(),
        options.delta().form());
  }

  AdapterSpec spec(Map<String, Entries> layers) {
    return new AdapterSpec(entryRule(), scaling, init, bias, delta(), layers);
  }

  EntryRule entryRule() {
    return RuleText.parse(rule);
  }

  DeltaOptions delta() {
    return new DeltaOptions(basis, basisSeed, form);
  }
}
