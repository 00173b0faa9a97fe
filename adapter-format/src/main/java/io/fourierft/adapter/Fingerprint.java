package io.fourierft.adapter;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Facts that tell one base model from another.
 *
 * @param architecture family, such as {@code roberta}; empty if unknown
 * @param sizes sizes by name, such as {@code hidden_size}
 * @param weightsSha256 sha256 over the weights or their index in lower-case hex; empty if unknown
 */
public record Fingerprint(String architecture, Map<String, Long> sizes, String weightsSha256) {
  /**
   * Checks the digest and copies the sizes.
   *
   * @param architecture family
   * @param sizes sizes by name
   * @param weightsSha256 sha256 over the weights or their index in lower-case hex; empty if unknown
   */
  public Fingerprint {
    Checks.text("fingerprint architecture", architecture);
    sizes = Collections.unmodifiableSortedMap(new TreeMap<>(sizes));
    if (!weightsSha256.isEmpty() && !weightsSha256.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException(
          "weights sha256 expected 64 hex digits but found '" + weightsSha256 + "'");
    }
  }

  /**
   * Returns the fingerprint of a base of which nothing is known.
   *
   * @return an empty fingerprint
   */
  public static Fingerprint unknown() {
    return new Fingerprint("", Map.of(), "");
  }

  /**
   * Tells in what architecture or size another base differs. What either side does not know does
   * not differ.
   *
   * @param found the base at hand
   * @return one sentence per difference; an adapter must not be used over a base with any
   */
  public List<String> shapeDifferences(Fingerprint found) {
    List<String> differences = new ArrayList<>();
    if (architectureDiffers(found)) {
      differences.add("architecture expected " + architecture + " but found " + found.architecture);
    }
    differences.addAll(sizeDifferences(found));
    return differences;
  }

  /** Tells whether the architectures are known to differ. */
  boolean architectureDiffers(Fingerprint found) {
    return !architecture.isEmpty()
        && !found.architecture.isEmpty()
        && !architecture.equals(found.architecture);
  }

  /** Returns one phrase per size that is known on both sides and differs. */
  List<String> sizeDifferences(Fingerprint found) {
    List<String> differences = new ArrayList<>();
    sizes.forEach(
        (name, size) -> {
          Long other = found.sizes.get(name);
          if (other != null && !other.equals(size)) {
            differences.add(name + " expected " + size + " but found " + other);
          }
        });
    return differences;
  }

  /**
   * Tells whether the weights are known to differ.
   *
   * @param found the base at hand
   * @return true if both digests are known and unequal
   */
  public boolean weightsDiffer(Fingerprint found) {
    return !weightsSha256.isEmpty()
        && !found.weightsSha256.isEmpty()
        && !weightsSha256.equals(found.weightsSha256);
  }
}
