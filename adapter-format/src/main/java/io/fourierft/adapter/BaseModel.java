package io.fourierft.adapter;

import java.util.Objects;

/**
 * The pretrained model under an adapter.
 *
 * @param id name, such as {@code roberta-base}; empty if unknown
 * @param revision commit or version; empty if unknown
 * @param fingerprint what the model must look like
 */
public record BaseModel(String id, String revision, Fingerprint fingerprint) {
  /**
   * Checks that nothing is null.
   *
   * @param id name
   * @param revision commit or version; empty if unknown
   * @param fingerprint what the model must look like
   */
  public BaseModel {
    Checks.text("base model id", id);
    Checks.text("base model revision", revision);
    Objects.requireNonNull(fingerprint, "fingerprint");
  }

  /**
   * Returns a base known by name only.
   *
   * @param id its name
   * @return the base model
   */
  public static BaseModel named(String id) {
    return new BaseModel(id, "", Fingerprint.unknown());
  }
}
