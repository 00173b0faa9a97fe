package io.fourierft.layers;

import io.fourierft.spectral.EntryRule;
import java.io.Serializable;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one named adapter has in one layer. Part of the network's configuration: a network that is
 * saved brings its adapters along.
 *
 * @param id number of the adapter within the network, part of the parameters' names
 * @param name the adapter's name
 * @param rule how the entries are chosen, as text
 * @param scaling factor a of the delta
 * @param spectra number of coefficients by weight
 * @param active whether the delta counts, and trains
 */
@SuppressWarnings("serial")
public record LayerAdapter(
    int id, String name, String rule, double scaling, Map<String, Integer> spectra, boolean active)
    implements Serializable {

  /**
   * Checks the components.
   *
   * @param id number of the adapter within the network, part of the parameters' names
   * @param name the adapter's name
   * @param rule how the entries are chosen, as text
   * @param scaling factor a of the delta
   * @param spectra number of coefficients by weight
   * @param active whether the delta counts, and trains
   */
  public LayerAdapter {
    RuleText.parse(rule);
    if (!Double.isFinite(scaling)) {
      throw new IllegalArgumentException(
          "scaling expected a finite number but found " + scaling + " (" + name + ")");
    }
    spectra = Collections.unmodifiableSortedMap(new TreeMap<>(spectra));
  }

  EntryRule entryRule() {
    return RuleText.parse(rule);
  }

  /** Name of the parameter that holds the coefficients over a weight. */
  String parameter(String weight) {
    return weight + ".spectrum" + id;
  }

  LayerAdapter withActive(boolean on) {
    return new LayerAdapter(id, name, rule, scaling, spectra, on);
  }
}
