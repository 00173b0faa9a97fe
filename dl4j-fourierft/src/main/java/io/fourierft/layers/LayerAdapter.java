package io.fourierft.layers;

import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What one named adapter has in one layer. Part of the network's configuration: a network that is
 * saved brings its adapters along.
 *
 * @param id number of the adapter within the network, part of the parameters' names
 * @param name the adapter's name
 * @param settings what it has in common over all layers
 * @param spectra number of coefficients by weight
 * @param full lengths of the parameters that it trains in full, a copy of each
 * @param weight how much it counts; 0 if it is not active
 * @param trained whether training moves it
 */
@SuppressWarnings("serial") // The maps are, though their type does not say so.
public record LayerAdapter(
    int id,
    String name,
    AdapterSettings settings,
    Map<String, Integer> spectra,
    Map<String, Long> full,
    double weight,
    boolean trained)
    implements Serializable {

  /**
   * Copies the maps.
   *
   * @param id number of the adapter within the network, part of the parameters' names
   * @param name the adapter's name
   * @param settings what it has in common over all layers
   * @param spectra number of coefficients by weight
   * @param full lengths of the parameters that it trains in full, a copy of each
   * @param weight how much it counts; 0 if it is not active
   * @param trained whether training moves it
   */
  public LayerAdapter {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(settings, "settings");
    spectra = Collections.unmodifiableSortedMap(new TreeMap<>(spectra));
    full = Collections.unmodifiableSortedMap(new TreeMap<>(full));
  }

  /** An adapter that is not active yet. */
  static LayerAdapter resting(
      int id, String name, AdapterSettings settings, Map<String, Integer> spectra) {
    return new LayerAdapter(id, name, settings, spectra, Map.of(), 0, false);
  }

  LayerAdapter withFull(Map<String, Long> lengths) {
    return new LayerAdapter(id, name, settings, spectra, lengths, weight, trained);
  }

  LayerAdapter active(double value, boolean training) {
    return new LayerAdapter(id, name, settings, spectra, full, value, training);
  }

  /** Name of the parameter that holds the coefficients over a weight. */
  String spectrum(String weight) {
    return weight + ".spectrum" + id;
  }

  /** Name of the parameter that stands in for one of the layer's own. */
  String full(String parameter) {
    return parameter + ".full" + id;
  }

  /** Lengths of this adapter's parameters by their names, in their order. */
  Map<String, Long> lengths() {
    Map<String, Long> lengths = new LinkedHashMap<>();
    spectra.forEach((weight, n) -> lengths.put(spectrum(weight), (long) n));
    full.forEach((parameter, length) -> lengths.put(full(parameter), length));
    return lengths;
  }

  /** The layer's own parameter that one of this adapter's belongs to. */
  String own(String parameter) {
    return parameter.substring(0, parameter.lastIndexOf('.'));
  }
}
