package io.fourierft.adapter;

import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where an adapter comes from.
 *
 * @param libraryVersion version of the library that trained it; empty if unknown
 * @param created time of creation in ISO 8601, such as {@code 2026-11-24T09:30:00Z}; may be empty
 * @param dataDigest digest of the training data; may be empty
 * @param hyperparameters settings by name
 * @param metrics results by name
 */
public record Provenance(
    String libraryVersion,
    String created,
    String dataDigest,
    Map<String, String> hyperparameters,
    Map<String, Double> metrics) {
  /**
   * Checks the time and copies the maps.
   *
   * @param libraryVersion version of the library that trained it; empty if unknown
   * @param created time of creation in ISO 8601
   * @param dataDigest digest of the training data; may be empty
   * @param hyperparameters settings by name
   * @param metrics results by name
   */
  public Provenance {
    Checks.text("library version", libraryVersion);
    Checks.text("data digest", dataDigest);
    hyperparameters = Collections.unmodifiableSortedMap(new TreeMap<>(hyperparameters));
    metrics = Collections.unmodifiableSortedMap(new TreeMap<>(metrics));
    hyperparameters.forEach(
        (name, value) -> {
          Checks.text("hyper-parameter name", name);
          Checks.text("hyper-parameter", value);
        });
    if (!created.isEmpty()) {
      try {
        OffsetDateTime.parse(created);
      } catch (DateTimeException e) {
        throw new IllegalArgumentException(
            "time of creation expected ISO 8601 with offset but found '" + created + "'", e);
      }
    }
  }

  /**
   * Returns the provenance of an adapter that does not say.
   *
   * @return an empty provenance
   */
  public static Provenance unknown() {
    return new Provenance("", "", "", Map.of(), Map.of());
  }
}
