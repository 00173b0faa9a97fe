package io.fourierft.hub.huggingface;

import io.fourierft.hub.HubException;
import io.fourierft.hub.http.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which server, as whom, and where files are kept. {@link #fromEnvironment} finds all of it where
 * Python's {@code huggingface_hub} does.
 */
public final class HuggingFaceSettings {
  private static final String OFFICIAL = "https://huggingface.co";
  private static final List<String> TRUE = List.of("1", "ON", "YES", "TRUE");
  private static final int MAX_TOKEN_FILE = 1 << 16;
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);
  private static final Pattern PRINTABLE = Pattern.compile("[\\x21-\\x7e]*");
  private static final Pattern VARIABLE =
      Pattern.compile("\\$(?:\\{([A-Za-z0-9_]+)}|([A-Za-z0-9_]+))");

  private final URI endpoint;
  private final Secret token;
  private final Path cache;
  private final boolean offline;
  private final Duration timeout;

  private HuggingFaceSettings(
      URI endpoint, Secret token, Path cache, boolean offline, Duration timeout) {
    this.endpoint = endpoint;
    this.token = token;
    this.cache = cache.toAbsolutePath().normalize();
    this.offline = offline;
    this.timeout = timeout;
  }

  /**
   * Reads {@code HF_ENDPOINT}, {@code HF_TOKEN}, {@code HF_TOKEN_PATH}, {@code HF_HOME}, {@code
   * HF_HUB_CACHE}, {@code HF_HUB_OFFLINE} and {@code HF_HUB_DOWNLOAD_TIMEOUT}, and their older
   * names.
   *
   * @return the settings
   * @throws IllegalArgumentException if a variable is malformed
   * @throws IOException if there is a token file that cannot be read
   */
  public static HuggingFaceSettings fromEnvironment() throws IOException {
    return fromEnvironment(System.getenv(), Path.of(System.getProperty("user.home")));
  }

  static HuggingFaceSettings fromEnvironment(Map<String, String> env, Path home)
      throws IOException {
    Path base = path(first(env, "HF_HOME"), env, home);
    if (base.toString().isEmpty()) {
      Path caches = path(first(env, "XDG_CACHE_HOME"), env, home);
      base = (caches.toString().isEmpty() ? home.resolve(".cache") : caches).resolve("huggingface");
    }
    Path cache = path(first(env, "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"), env, home);
    Path tokens = path(first(env, "HF_TOKEN_PATH"), env, home);
    String endpoint = first(env, "HF_ENDPOINT");
    return new HuggingFaceSettings(
        endpoint(endpoint.isEmpty() ? OFFICIAL : endpoint),
        token(env, tokens.toString().isEmpty() ? base.resolve("token") : tokens),
        cache.toString().isEmpty() ? base.resolve("hub") : cache,
        isTrue(first(env, "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")),
        timeout(first(env, "HF_HUB_DOWNLOAD_TIMEOUT")));
  }

  private static String first(Map<String, String> env, String... names) {
    for (String name : names) {
      String value = env.getOrDefault(name, "").strip();
      if (!value.isEmpty()) {
        return value;
      }
    }
    return "";
  }

  private static boolean isTrue(String value) {
    return TRUE.contains(value.toUpperCase(Locale.ROOT));
  }

  private static Duration timeout(String seconds) {
    if (seconds.isEmpty()) {
      return DEFAULT_TIMEOUT;
    }
    if (!seconds.matches("[1-9][0-9]{0,6}")) {
      throw new IllegalArgumentException(
          "HF_HUB_DOWNLOAD_TIMEOUT expected whole seconds but found \"" + seconds + "\"");
    }
    return Duration.ofSeconds(Long.parseLong(seconds));
  }

  private static Path path(String text, Map<String, String> env, Path home) {
    Matcher matcher = VARIABLE.matcher(text);
    String expanded =
        matcher.replaceAll(
            found -> {
              String name = found.group(1) == null ? found.group(2) : found.group(1);
              return Matcher.quoteReplacement(env.getOrDefault(name, found.group()));
            });
    if (expanded.equals("~")) {
      return home;
    }
    return expanded.startsWith("~/") ? home.resolve(expanded.substring(2)) : Path.of(expanded);
  }

  private static Secret token(Map<String, String> env, Path file) throws IOException {
    if (isTrue(first(env, "HF_HUB_DISABLE_IMPLICIT_TOKEN"))) {
      return secret("");
    }
    Secret direct = secret(first(env, "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"));
    if (direct.isPresent() || !Files.isRegularFile(file)) {
      return direct;
    }
    try (InputStream in = Files.newInputStream(file)) {
      return secret(new String(in.readNBytes(MAX_TOKEN_FILE), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw HubException.translate(e, "reading the token", file);
    }
  }

  /** Refuses what no header can carry, before anything could show it. */
  private static Secret secret(String text) {
    String token = text.replace("\r", "").replace("\n", "").strip();
    if (!PRINTABLE.matcher(token).matches()) {
      throw new IllegalArgumentException(
          "token expected printable ASCII without blanks but found another character (HF_TOKEN or"
              + " the token file)");
    }
    return new Secret(token);
  }

  private static URI endpoint(String text) {
    URI uri;
    try {
      uri = URI.create(text.strip().replaceAll("/+$", ""));
    } catch (IllegalArgumentException e) {
      throw malformed();
    }
    boolean web = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
    if (!web
        || uri.getHost() == null
        || uri.getRawUserInfo() != null
        || uri.getRawQuery() != null
        || uri.getRawFragment() != null) {
      throw malformed();
    }
    return uri;
  }

  /** Shows nothing of what was found: it may hold a password. */
  private static IllegalArgumentException malformed() {
    return new IllegalArgumentException(
        "hub endpoint expected http(s)://HOST[:PORT][/PATH] but found something else (a user name,"
            + " a query and a fragment are not allowed)");
  }

  /**
   * Names another server.
   *
   * @param uri {@code https://HOST[:PORT][/PATH]}
   * @return the changed settings
   * @throws IllegalArgumentException if the URI is malformed
   */
  public HuggingFaceSettings withEndpoint(String uri) {
    return new HuggingFaceSettings(endpoint(uri), token, cache, offline, timeout);
  }

  /**
   * Identifies the caller.
   *
   * @param text the token; empty for none
   * @return the changed settings
   */
  public HuggingFaceSettings withToken(String text) {
    return new HuggingFaceSettings(endpoint, secret(text), cache, offline, timeout);
  }

  /**
   * Keeps files elsewhere.
   *
   * @param directory the cache directory, such as {@code ~/.cache/huggingface/hub}
   * @return the changed settings
   */
  public HuggingFaceSettings withCache(Path directory) {
    return new HuggingFaceSettings(endpoint, token, directory, offline, timeout);
  }

  /**
   * Decides whether the server may be asked.
   *
   * @param only whether to take everything from the cache
   * @return the changed settings
   */
  public HuggingFaceSettings withOffline(boolean only) {
    return new HuggingFaceSettings(endpoint, token, cache, only, timeout);
  }

  /**
   * Bounds how long a server may stay silent.
   *
   * @param silence the longest silence before an answer and within it
   * @return the changed settings
   */
  public HuggingFaceSettings withTimeout(Duration silence) {
    if (silence.isNegative() || silence.isZero()) {
      throw new IllegalArgumentException("timeout expected more than 0 but found " + silence);
    }
    return new HuggingFaceSettings(endpoint, token, cache, offline, silence);
  }

  /**
   * The server.
   *
   * @return its address, without a slash at the end
   */
  public URI endpoint() {
    return endpoint;
  }

  /**
   * The cache directory.
   *
   * @return an absolute path
   */
  public Path cache() {
    return cache;
  }

  /**
   * Whether everything is taken from the cache.
   *
   * @return true if the server must not be asked
   */
  public boolean offline() {
    return offline;
  }

  Secret token() {
    return token;
  }

  Duration timeout() {
    return timeout;
  }

  @Override
  public String toString() {
    return "HuggingFaceSettings[endpoint="
        + endpoint
        + ", token="
        + token
        + ", cache="
        + cache
        + ", offline="
        + offline
        + "]";
  }
}
