package io.fourierft.hub;

import io.fourierft.hub.oci.OciSettings;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Objects;

/** Where a hub is. */
public sealed interface HubUri {
  /**
   * Reads a URI.
   *
   * @param text {@code dir:PATH}, with {@code ~} for the home directory; {@code hf:} for the
   *     Hugging Face Hub or what {@code HF_ENDPOINT} names; {@code https://HOST} for a server that
   *     speaks its protocol; {@code oci://HOST[:PORT][/PREFIX]} for a registry, {@code oci+http:}
   *     for one without encryption
   * @return the URI
   * @throws IllegalArgumentException if the text is none, or names a kind of hub not known here
   */
  static HubUri parse(String text) {
    int colon = text.indexOf(':');
    String scheme = colon < 0 ? "" : text.substring(0, colon);
    if (text.equals(HuggingFace.DEFAULT)) {
      return new HuggingFace("");
    }
    if (scheme.equals("http") || scheme.equals("https")) {
      return new HuggingFace(text);
    }
    if (scheme.equals(Oci.SCHEME) || scheme.equals(Oci.PLAIN)) {
      return Oci.parse(scheme, text.substring(colon + 1));
    }
    if (!scheme.equals(Directory.SCHEME)) {
      throw new IllegalArgumentException(
          "hub URI expected dir:PATH, hf:, https://HOST or oci://HOST but found \""
              + Texts.oneLine(text)
              + "\""
              + hint(scheme));
    }
    String rest = text.substring(colon + 1);
    if (rest.isBlank()) {
      throw new IllegalArgumentException("hub URI expected a path after dir: but found none");
    }
    try {
      return new Directory(Homes.expand(rest));
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(
          "hub URI expected a path after dir: but found \"" + Texts.oneLine(rest) + "\"", e);
    }
  }

  private static String hint(String scheme) {
    return scheme.equals("hf")
        ? " (hf: stands alone; repositories are named apart from their hub)"
        : "";
  }

  /**
   * A directory, local or on a share.
   *
   * @param path the directory
   */
  record Directory(Path path) implements HubUri {
    static final String SCHEME = "dir";

    /** Takes the path as absolute. */
    public Directory {
      path = Objects.requireNonNull(path, "path").toAbsolutePath().normalize();
    }

    @Override
    public String toString() {
      return SCHEME + ":" + path;
    }
  }

  /**
   * A server that speaks the protocol of the Hugging Face Hub.
   *
   * @param endpoint its address, empty for the one that the environment names
   */
  record HuggingFace(String endpoint) implements HubUri {
    static final String DEFAULT = "hf:";

    /** Requires a text. */
    public HuggingFace {
      Objects.requireNonNull(endpoint, "endpoint");
    }

    @Override
    public String toString() {
      return endpoint.isEmpty() ? DEFAULT : endpoint;
    }
  }

  /**
   * An OCI registry.
   *
   * @param registry its host and port
   * @param prefix the first parts of the names of all repositories, may be empty
   * @param plainHttp whether to do without encryption; on this machine that is so in any case
   */
  record Oci(String registry, String prefix, boolean plainHttp) implements HubUri {
    static final String SCHEME = "oci";
    static final String PLAIN = "oci+http";

    /** Checks host and prefix. */
    public Oci {
      OciSettings.of(registry, prefix);
    }

    private static Oci parse(String scheme, String rest) {
      String path = rest.startsWith("//") ? rest.substring(2).replaceFirst("/$", "") : "";
      int slash = path.indexOf('/');
      try {
        return new Oci(
            slash < 0 ? path : path.substring(0, slash),
            slash < 0 ? "" : path.substring(slash + 1),
            scheme.equals(PLAIN));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "hub URI expected oci://HOST[:PORT][/PREFIX] but found another: " + e.getMessage(), e);
      }
    }

    @Override
    public String toString() {
      String address = (plainHttp ? PLAIN : SCHEME) + "://" + registry;
      return prefix.isEmpty() ? address : address + "/" + prefix;
    }
  }
}
