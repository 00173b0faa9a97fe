package io.fourierft.hub.oci;

import com.fasterxml.jackson.databind.JsonNode;
import io.fourierft.hub.HubException;
import io.fourierft.hub.http.Json;
import io.fourierft.hub.http.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds credentials where {@code docker login} and {@code podman login} put them.
 *
 * <p>{@code REGISTRY_AUTH_FILE} is the only file if it is set; else those of docker and podman are
 * looked at in turn. No message shows what a file holds.
 */
final class CredentialFiles {
  private static final int MAX_FILE = 1 << 20;
  private static final String DOCKER_HUB = "registry-1.docker.io";
  private static final List<String> DOCKER_HUB_KEYS =
      List.of("docker.io", "index.docker.io", "https://index.docker.io/v1/");

  private final List<Path> files;
  private final CredentialHelper helper;

  CredentialFiles(List<Path> files, CredentialHelper helper) {
    this.files = List.copyOf(files);
    this.helper = helper;
  }

  static CredentialFiles fromEnvironment(Map<String, String> env, Path home) {
    CredentialHelper helper = new CredentialHelper(env);
    String chosen = env.getOrDefault("REGISTRY_AUTH_FILE", "");
    if (!chosen.isBlank()) {
      return new CredentialFiles(List.of(Path.of(chosen)), helper);
    }
    List<Path> files = new ArrayList<>();
    files.add(directory(env, "DOCKER_CONFIG", home.resolve(".docker")).resolve("config.json"));
    if (!env.getOrDefault("XDG_RUNTIME_DIR", "").isBlank()) {
      files.add(Path.of(env.get("XDG_RUNTIME_DIR"), "containers", "auth.json"));
    }
    Path config = directory(env, "XDG_CONFIG_HOME", home.resolve(".config"));
    files.add(config.resolve("containers").resolve("auth.json"));
    return new CredentialFiles(files, helper);
  }

  private static Path directory(Map<String, String> env, String name, Path otherwise) {
    String value = env.getOrDefault(name, "");
    return value.isBlank() ? otherwise : Path.of(value);
  }

  /**
   * Finds the credential for a registry.
   *
   * @param registry its host and port
   * @param prefix the first parts of the names of repositories, for entries that are that narrow
   */
  Credential find(String registry, String prefix) throws IOException {
    for (Path file : files) {
      if (Files.isRegularFile(file)) {
        JsonNode config = read(file);
        for (String key : keys(registry, prefix)) {
          Optional<Credential> found = find(config, key, file);
          if (found.isPresent()) {
            return found.get();
          }
        }
      }
    }
    return new Credential.None();
  }

  /** The names under which a registry may be written down, the narrowest first. */
  private static List<String> keys(String registry, String prefix) {
    List<String> keys = new ArrayList<>();
    String path = prefix;
    while (!path.isEmpty()) {
      keys.add(registry + "/" + path);
      path = path.contains("/") ? path.substring(0, path.lastIndexOf('/')) : "";
    }
    keys.add(registry);
    keys.add("https://" + registry);
    keys.add("https://" + registry + "/");
    keys.add("https://" + registry + "/v2/");
    keys.add("https://" + registry + "/v1/");
    if (registry.equals(DOCKER_HUB)) {
      keys.addAll(DOCKER_HUB_KEYS);
    }
    return keys;
  }

  private Optional<Credential> find(JsonNode config, String key, Path file) throws IOException {
    String own = config.path("credHelpers").path(key).asText("");
    String program = own.isEmpty() ? config.path("credsStore").asText("") : own;
    if (!program.isEmpty()) {
      Optional<Credential> found = helper.get(program, key, file);
      if (found.isPresent()) {
        return found;
      }
    }
    JsonNode entry = config.path("auths").path(key);
    return entry.isObject() ? entry(entry, key, file) : Optional.empty();
  }

  private static Optional<Credential> entry(JsonNode entry, String key, Path file)
      throws HubException {
    Secret identity = new Secret(entry.path("identitytoken").asText(""));
    if (identity.isPresent()) {
      return Optional.of(new Credential.Identity(identity));
    }
    Secret token = new Secret(entry.path("registrytoken").asText(""));
    if (token.isPresent()) {
      return Optional.of(new Credential.Token(token));
    }
    String auth = entry.path("auth").asText("");
    if (auth.isEmpty()) {
      String user = entry.path("username").asText("");
      return user.isEmpty()
          ? Optional.empty()
          : Optional.of(Credential.Password.of(user, entry.path("password").asText("")));
    }
    String pair = decode(auth);
    int colon = pair.indexOf(':');
    if (colon < 1) {
      throw malformed("entry of " + key, "a user and a password in base64", file);
    }
    // Docker pads with NUL.
    String password = pair.substring(colon + 1).replaceAll("\0+$", "");
    return Optional.of(Credential.Password.of(pair.substring(0, colon), password));
  }

  private static String decode(String base64) {
    try {
      return new String(Base64.getDecoder().decode(base64.strip()), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      // The caller tells of it without the text, which may be a password.
      return "";
    }
  }

  private static JsonNode read(Path file) throws IOException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_FILE + 1);
    } catch (IOException e) {
      throw HubException.translate(e, "reading credentials", file);
    }
    if (bytes.length > MAX_FILE) {
      throw malformed("credentials", MAX_FILE + " bytes at most", file);
    }
    try {
      return Json.parse(bytes, "credentials", file);
    } catch (HubException e) {
      // Not as its cause: the parser quotes what it could not read.
      throw malformed("credentials", "JSON", file);
    }
  }

  private static HubException malformed(String what, String expected, Path file) {
    return new HubException.Corrupt(what, expected, "something else", file);
  }
}
