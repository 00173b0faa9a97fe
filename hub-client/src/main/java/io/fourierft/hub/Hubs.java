package io.fourierft.hub;

import io.fourierft.hub.huggingface.HuggingFaceHub;
import io.fourierft.hub.huggingface.HuggingFaceSettings;
import io.fourierft.hub.oci.OciHub;
import io.fourierft.hub.oci.OciSettings;
import java.io.IOException;

/** Opens hubs by URI. */
public final class Hubs {
  /** The environment variable that names the default hub. */
  public static final String ENVIRONMENT = "FOURIERFT_HUB";

  private static final String DEFAULT = "dir:~/.fourierft/hub";

  private Hubs() {}

  /**
   * Opens a hub. A directory that does not exist yet is made by the first publication.
   *
   * @param uri where the hub is: {@code dir:PATH}, with {@code ~} for the home directory, {@code
   *     hf:}, {@code https://HOST} or {@code oci://HOST}
   * @return the hub
   * @throws IllegalArgumentException if the URI is malformed or names a kind of hub not known here
   * @throws IOException if something else than a hub is there
   */
  public static Hub open(String uri) throws IOException {
    return open(HubUri.parse(uri));
  }

  /**
   * Opens a hub. A directory that does not exist yet is made by the first publication.
   *
   * @param uri where the hub is
   * @return the hub
   * @throws IOException if something else than a hub is there
   */
  public static Hub open(HubUri uri) throws IOException {
    if (uri instanceof HubUri.Directory directory) {
      return DirectoryHub.open(directory.path());
    }
    if (uri instanceof HubUri.HuggingFace server) {
      HuggingFaceSettings settings = HuggingFaceSettings.fromEnvironment();
      return HuggingFaceHub.open(
          server.endpoint().isEmpty() ? settings : settings.withEndpoint(server.endpoint()));
    }
    if (uri instanceof HubUri.Oci oci) {
      OciSettings settings = OciSettings.of(oci.registry(), oci.prefix());
      return OciHub.open(oci.plainHttp() ? settings.withPlainHttp(true) : settings);
    }
    throw new AssertionError("hub URI of an unknown kind: " + uri);
  }

  /**
   * Opens the hub that {@value #ENVIRONMENT} names, else {@code dir:~/.fourierft/hub}.
   *
   * @return the hub
   * @throws IllegalArgumentException if the environment variable holds no hub URI
   * @throws IOException if something else than a hub is there
   */
  public static Hub defaultHub() throws IOException {
    return open(defaultUri());
  }

  /**
   * Tells which hub is the default one.
   *
   * @return the URI in {@value #ENVIRONMENT}, else that of {@code dir:~/.fourierft/hub}
   * @throws IllegalArgumentException if the environment variable holds no hub URI
   */
  public static HubUri defaultUri() {
    String configured = System.getenv(ENVIRONMENT);
    return HubUri.parse(configured == null || configured.isBlank() ? DEFAULT : configured);
  }
}
