package io.fourierft.cli;

import io.fourierft.hub.HubUri;
import io.fourierft.hub.Hubs;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which hub a command talks to. */
final class HubOption {
  @Option(
      names = "--hub",
      paramLabel = "URI",
      description =
          "Hub of adapters: dir:PATH, hf:, https://HOST or oci://HOST/PREFIX (default:"
              + " $FOURIERFT_HUB, else dir:~/.fourierft/hub).")
  private String uri;

  HubUri uri() {
    return uri == null ? Hubs.defaultUri() : HubUri.parse(uri);
  }

  /** The option as it was given, with a space in front; empty where it was not. */
  String asGiven() {
    return uri == null ? "" : " --hub " + uri;
  }

  /** Where the hub keeps its files, if that is a directory. */
  Optional<Path> directory() {
    return uri() instanceof HubUri.Directory local ? Optional.of(local.path()) : Optional.empty();
  }
}
