package io.fourierft.hub.oci;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Which registry, as whom, and how. Credentials are looked for where {@code docker login} and
 * {@code podman login} put them, when the registry first asks for some.
 */
public final class OciSettings {
  private static final Pattern REGISTRY =
      Pattern.compile(
          "(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\\[[0-9a-fA-F:.]{2,45}])"
              + "(?::[0-9]{1,5})?");
  private static final Pattern LOOPBACK =
      Pattern.compile("(?i)localhost|127\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}|\\[::1]");
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);
  private static final long DEFAULT_CHUNK = 64L << 20;
  private static final String DOCKER_HUB = "docker.io";
  private static final String DOCKER_HUB_HOST = "registry-1.docker.io";

  private final String registry;
  private final String prefix;
  private final boolean plainHttp;
  private final Source credentials;
  private final Duration timeout;
  private final long chunkSize;

  /** Where a credential comes from when one is needed. */
  interface Source {
    Credential credential() throws IOException;
  }

  private OciSettings(
      String registry,
      String prefix,
      boolean plainHttp,
      Source credentials,
      Duration timeout,
      long chunkSize) {
    this.registry = registry;
    this.prefix = prefix;
    this.plainHttp = plainHttp;
    this.credentials = credentials;
    this.timeout = timeout;
    this.chunkSize = chunkSize;
  }

  /**
   * Names a registry: {@code https}, but {@code http} on this machine; credentials as the files of
   * docker and podman have them.
   *
   * @param registry {@code HOST[:PORT]}
   * @param prefix the first parts of the names of all repositories, with {@code /} between them;
   *     may be empty
   * @return the settings
   * @throws IllegalArgumentException if one of them is malformed
   */
  public static OciSettings of(String registry, String prefix) {
    Path home = Path.of(System.getProperty("user.home"));
    return of(registry, prefix, System.getenv(), home);
  }

  static OciSettings of(String registry, String prefix, Map<String, String> env, Path home) {
    requireRegistry(registry);
    if (!prefix.isEmpty() && !RegistryNames.isPath(prefix)) {
      throw new IllegalArgumentException(
          "repository prefix expected names in lower case with / between them but found another"
              + " text");
    }
    String known = registry.toLowerCase(Locale.ROOT);
    String host = known.equals(DOCKER_HUB) ? DOCKER_HUB_HOST : known;
    CredentialFiles files = CredentialFiles.fromEnvironment(env, home);
    return new OciSettings(
        host,
        prefix,
        isLoopback(hostOf(host)),
        () -> files.find(host, prefix),
        DEFAULT_TIMEOUT,
        DEFAULT_CHUNK);
  }

  /**
   * Refuses a text that is not the address of a registry.
   *
   * @param registry {@code HOST[:PORT]}
   * @throws IllegalArgumentException if the text is malformed; it is not shown, as it may hold a
   *     password
   */
  public static void requireRegistry(String registry) {
    if (!REGISTRY.matcher(registry).matches() || registry.contains("..")) {
      throw new IllegalArgumentException(
          "registry expected HOST[:PORT] but found something else (a user name is not allowed)");
    }
  }

  private static String hostOf(String registry) {
    return registry.replaceFirst(":[0-9]+$", "");
  }

  static boolean isLoopback(String host) {
    return LOOPBACK.matcher(host).matches();
  }

  /**
   * Decides whether the registry is spoken to without encryption.
   *
   * @param plain whether to use {@code http}
   * @return the changed settings
   */
  public OciSettings withPlainHttp(boolean plain) {
    return new OciSettings(registry, prefix, plain, credentials, timeout, chunkSize);
  }

  /**
   * Identifies the caller, instead of what the files have.
   *
   * @param user the name
   * @param password the password, or the token that stands for one
   * @return the changed settings
   */
  public OciSettings withCredentials(String user, String password) {
    Objects.requireNonNull(password, "password");
    if (user.isEmpty() || user.indexOf(':') >= 0) {
      throw new IllegalArgumentException(
          "user name expected one or more characters without : but found others");
    }
    Credential given = Credential.Password.of(user, password);
    return new OciSettings(registry, prefix, plainHttp, () -> given, timeout, chunkSize);
  }

  /**
   * Uses no credentials.
   *
   * @return the changed settings
   */
  public OciSettings withoutCredentials() {
    Credential nobody = new Credential.None();
    return new OciSettings(registry, prefix, plainHttp, () -> nobody, timeout, chunkSize);
  }

  /**
   * Bounds how long a registry may stay silent.
   *
   * @param silence the longest silence before an answer and within it
   * @return the changed settings
   */
  public OciSettings withTimeout(Duration silence) {
    if (silence.isNegative() || silence.isZero()) {
      throw new IllegalArgumentException("timeout expected more than 0 but found " + silence);
    }
    return new OciSettings(registry, prefix, plainHttp, credentials, silence, chunkSize);
  }

  /**
   * Sends files larger than this in pieces, so that a broken connection costs one piece.
   *
   * @param bytes the size of a piece
   * @return the changed settings
   */
  public OciSettings withChunkSize(long bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException("chunk size expected 1 or more but found " + bytes);
    }
    return new OciSettings(registry, prefix, plainHttp, credentials, timeout, bytes);
  }

  /**
   * The registry.
   *
   * @return its host and port
   */
  public String registry() {
    return registry;
  }

  /**
   * What the names of all repositories begin with.
   *
   * @return one or more parts of a name, or the empty text
   */
  public String prefix() {
    return prefix;
  }

  /**
   * Whether the registry is spoken to without encryption.
   *
   * @return whether {@code http} is used
   */
  public boolean plainHttp() {
    return plainHttp;
  }

  URI endpoint() {
    return URI.create((plainHttp ? "http://" : "https://") + registry);
  }

  Credential credential() throws IOException {
    return credentials.credential();
  }

  Duration timeout() {
    return timeout;
  }

  long chunkSize() {
    return chunkSize;
  }

  @Override
  public String toString() {
    return "OciSettings[" + endpoint() + (prefix.isEmpty() ? "" : "/" + prefix) + "]";
  }
}
