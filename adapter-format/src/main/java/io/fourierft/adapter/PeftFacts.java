package io.fourierft.adapter;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a PEFT directory says beyond the other parts of an adapter, kept so that writing it back
 * loses nothing.
 *
 * @param config keys of adapter_config.json with their values as JSON text
 * @param dtypes safetensors dtype by tensor key, where it is not F32
 * @param keys tensor key by module or parameter name, where it is not the one the name gives
 * @param layers how many layers the kept target_modules name; 0 if none are kept
 */
public record PeftFacts(
    Map<String, String> config, Map<String, String> dtypes, Map<String, String> keys, int layers) {
  /**
   * Copies the maps.
   *
   * @param config keys of adapter_config.json with their values as JSON text
   * @param dtypes safetensors dtype by tensor key, where it is not F32
   * @param keys tensor key by module or parameter name, where it is not the one the name gives
   * @param layers how many layers the kept target_modules name; 0 if none are kept
   */
  public PeftFacts {
    config = Collections.unmodifiableSortedMap(new TreeMap<>(config));
    dtypes = Collections.unmodifiableSortedMap(new TreeMap<>(dtypes));
    keys = Collections.unmodifiableSortedMap(new TreeMap<>(keys));
    if (layers < 0) {
      throw new IllegalArgumentException("PEFT layers expected >= 0 but found " + layers);
    }
  }

  /**
   * Returns the facts of an adapter that never was a PEFT directory.
   *
   * @return empty maps
   */
  public static PeftFacts none() {
    return new PeftFacts(Map.of(), Map.of(), Map.of(), 0);
  }
}
