package io.fourierft.cli;

import io.fourierft.hub.Hub;
import io.fourierft.hub.HubUri;
import io.fourierft.hub.Hubs;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which hub a command talks to. */
final class HubOption {
  @Option(
      names = "--hub",
      paramLabel = "URI",
      description =
          "Hub of adapters, such as dir:PATH (default: $FOURIERFT_HUB, else"
              + " dir:~/.fourierft/hub).")
  private String uri;

  HubUri uri() {
    return uri == null ? Hubs.defaultUri() : HubUri.parse(uri);
  }

  Hub open() throws IOException {
    return Hubs.open(uri());
  }

  /** The directory of a directory hub. */
  Path directory() {
    return ((HubUri.Directory) uri()).path();
  }
}
