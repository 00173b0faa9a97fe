package io.fourierft.cli;

import io.fourierft.hub.FetchOptions;
import io.fourierft.hub.sign.ModelVerifier;
import io.fourierft.hub.sign.SignaturePolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Whose signature what is fetched must have. */
final class TrustOption {
  @Option(
      names = "--signed-by",
      paramLabel = "KEY",
      description =
          "Take only what the owner of this public key (PEM) has signed; may be given several"
              + " times.")
  private List<Path> keys = new ArrayList<>();

  boolean isGiven() {
    return !keys.isEmpty();
  }

  /** The options with that policy. */
  FetchOptions in(FetchOptions options) throws IOException {
    return keys.isEmpty()
        ? options
        : options.withSignatures(SignaturePolicy.required(ModelVerifier.read(keys)));
  }
}
