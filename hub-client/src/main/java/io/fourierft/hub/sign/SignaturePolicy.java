package io.fourierft.hub.sign;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** Which files a fetch takes: all, or only those that somebody known has signed. */
public final class SignaturePolicy {
  /** Takes files whoever made them. */
  public static final SignaturePolicy NONE = new SignaturePolicy(Optional.empty(), false);

  private final Optional<ModelVerifier> verifier;
  private final boolean required;

  private SignaturePolicy(Optional<ModelVerifier> verifier, boolean required) {
    this.verifier = verifier;
    this.required = required;
  }

  /**
   * Takes signed files only.
   *
   * @param verifier knows whose signature counts
   * @return the policy
   */
  public static SignaturePolicy required(ModelVerifier verifier) {
    return new SignaturePolicy(Optional.of(verifier), true);
  }

  /**
   * Takes files without a signature, and those with a good one. Who can change the files can take
   * the signature away as well, so this finds mistakes, not attacks.
   *
   * @param verifier knows whose signature counts
   * @return the policy
   */
  public static SignaturePolicy whenSigned(ModelVerifier verifier) {
    return new SignaturePolicy(Optional.of(verifier), false);
  }

  /**
   * Whether files are looked at at all.
   *
   * @return false for {@link #NONE}
   */
  public boolean asks() {
    return verifier.isPresent();
  }

  /**
   * Refuses some files that this policy does not take; others are not looked at.
   *
   * @param directory holds the files, and the signature if there is one
   * @param files their paths
   * @throws io.fourierft.hub.HubException.Denied if the signature is missing or not by a trusted
   *     key
   * @throws io.fourierft.hub.HubException.Corrupt if a file is not as it was signed
   * @throws IOException if the files cannot be read
   */
  public void check(Path directory, Set<String> files) throws IOException {
    if (verifier.isPresent() && (required || ModelVerifier.isSigned(directory))) {
      verifier.get().verify(directory, files);
    }
  }

  /**
   * Refuses files that this policy does not take.
   *
   * @param directory holds all files of a version
   * @throws io.fourierft.hub.HubException.Denied if the signature is missing or not by a trusted
   *     key
   * @throws io.fourierft.hub.HubException.Corrupt if a file is not as it was signed
   * @throws IOException if the files cannot be read
   */
  public void check(Path directory) throws IOException {
    if (verifier.isPresent() && (required || ModelVerifier.isSigned(directory))) {
      verifier.get().verify(directory);
    }
  }
}
