package io.fourierft.hub.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fourierft.hub.HubException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class CredentialFilesTest {
  private static final String SECRET = "hunter2-hunter2";

  @TempDir Path home;

  private static String auth(String user) {
    byte[] pair = (user + ":" + SECRET).getBytes(StandardCharsets.UTF_8);
    return "{\"auth\":\"" + Base64.getEncoder().encodeToString(pair) + "\"}";
  }

  private Path write(String path, String text) throws IOException {
    Path file = home.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private Credential find(Map<String, String> env, String registry, String prefix)
      throws IOException {
    return CredentialFiles.fromEnvironment(env, home).find(registry, prefix);
  }

  private static String user(Credential credential) {
    return credential instanceof Credential.Password password ? password.user() : "none";
  }

  @ParameterizedTest
  @ValueSource(strings = {"r.example", "https://r.example", "https://r.example/v1/"})
  void dockersEntriesAreFoundUnderAllTheirNames(String key) throws IOException {
    write(".docker/config.json", "{\"auths\":{\"" + key + "\":" + auth("me") + "}}");

    assertThat(user(find(Map.of(), "r.example", ""))).isEqualTo("me");
    assertThat(user(find(Map.of(), "r.example:5000", ""))).isEqualTo("none");
    assertThat(user(find(Map.of(), "other.example", ""))).isEqualTo("none");
  }

  @Test
  void theNarrowestEntryWins() throws IOException {
    String auths =
        "{\"auths\":{\"r.example\":%s,\"r.example/ml\":%s,\"r.example/ml/x\":%s}}"
            .formatted(auth("all"), auth("ml"), auth("x"));
    write(".config/containers/auth.json", auths);

    assertThat(user(find(Map.of(), "r.example", ""))).isEqualTo("all");
    assertThat(user(find(Map.of(), "r.example", "ml"))).isEqualTo("ml");
    assertThat(user(find(Map.of(), "r.example", "ml/x"))).isEqualTo("x");
    assertThat(user(find(Map.of(), "r.example", "mlx"))).isEqualTo("all");
  }

  @Test
  void theEnvironmentSaysWhichFiles() throws IOException {
    write(".docker/config.json", "{\"auths\":{\"r.example\":" + auth("home") + "}}");
    Path other = write("other/config.json", "{\"auths\":{\"r.example\":" + auth("other") + "}}");
    Path empty = write("empty.json", "{}");

    assertThat(user(find(Map.of(), "r.example", ""))).isEqualTo("home");
    assertThat(user(find(Map.of("DOCKER_CONFIG", "" + other.getParent()), "r.example", "")))
        .isEqualTo("other");
    assertThat(user(find(Map.of("REGISTRY_AUTH_FILE", "" + other), "r.example", "")))
        .isEqualTo("other");
    assertThat(user(find(Map.of("REGISTRY_AUTH_FILE", "" + empty), "r.example", "")))
        .isEqualTo("none");
  }

  @Test
  void dockerHubHasNamesOfItsOwn() throws IOException {
    String key = "https://index.docker.io/v1/";
    write(".docker/config.json", "{\"auths\":{\"" + key + "\":" + auth("hub") + "}}");

    OciSettings settings = OciSettings.of("docker.io", "acme", Map.of(), home);
    assertThat(user(settings.credential())).isEqualTo("hub");
  }

  @Test
  void tokensAreTakenForWhatTheyAre() throws IOException {
    write(
        ".docker/config.json",
        "{\"auths\":{\"a\":{\"identitytoken\":\"x\"},\"b\":{\"registrytoken\":\"x\"},"
            + "\"c\":{\"username\":\"u\",\"password\":\"x\"},\"d\":{}}}");

    assertThat(find(Map.of(), "a", "")).isInstanceOf(Credential.Identity.class);
    assertThat(find(Map.of(), "b", "")).isInstanceOf(Credential.Token.class);
    assertThat(find(Map.of(), "c", "")).isInstanceOf(Credential.Password.class);
    assertThat(find(Map.of(), "d", "")).isInstanceOf(Credential.None.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"auths\":{\"r\":{\"auth\":\"" + SECRET + "\"}}}",
        "{\"auths\":{\"r\":{\"auth\":\"!!" + SECRET + "\"}}}",
        SECRET,
        "{\"auths\": " + SECRET + "}",
        "{\"auths\":{\"r\":\"" + SECRET
      })
  void filesThatCannotBeReadAreNamedAndNotShown(String text) throws IOException {
    Path file = write(".docker/config.json", text);

    assertThatThrownBy(() -> find(Map.of(), "r", ""))
        .isInstanceOf(HubException.Corrupt.class)
        .hasMessageContaining(file.toString())
        .hasMessageNotContaining(SECRET)
        .hasNoCause();
  }

  @Test
  void nothingShowsASecret() throws IOException {
    write(".docker/config.json", "{\"auths\":{\"r\":" + auth("me") + "}}");
    Credential credential = find(Map.of(), "r", "");
    String basic = Base64.getEncoder().encodeToString(("me:" + SECRET).getBytes("UTF-8"));

    assertThat(credential.toString()).doesNotContain(SECRET).doesNotContain(basic);
    assertThat(credential.redact("sent " + SECRET + " and " + basic)).isEqualTo("sent *** and ***");
    assertThat(OciSettings.of("r", "").withCredentials("me", SECRET).toString())
        .doesNotContain(SECRET);
  }

  /** Makes a program of a name on a PATH of its own. */
  private Map<String, String> program(String name, String script) throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "no /bin/sh here");
    Path file = write("bin/docker-credential-" + name, "#!/bin/sh\n" + script);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    return Map.of("PATH", "" + file.getParent());
  }

  @Test
  void helpersAreAskedForTheirRegistry() throws IOException {
    write(".docker/config.json", "{\"credHelpers\":{\"r\":\"mine\"},\"auths\":{\"r\":{}}}");
    Map<String, String> env =
        program(
            "mine",
            "read -r registry || true\n"
                + "echo \"{\\\"Username\\\":\\\"$1-$registry\\\",\\\"Secret\\\":\\\"s\\\"}\"\n");

    assertThat(user(find(env, "r", ""))).isEqualTo("get-r");
    assertThat(user(find(env, "other", ""))).isEqualTo("none");
  }

  @Test
  void storesAreAskedForEveryRegistryAndFilesKnowTheRest() throws IOException {
    write(".docker/config.json", "{\"credsStore\":\"all\",\"auths\":{\"b\":" + auth("file") + "}}");
    Map<String, String> env =
        program(
            "all",
            "read -r registry || true\n[ \"$registry\" = a ] || { echo not found; exit 1; }\n"
                + "echo '{\"Username\":\"<token>\",\"Secret\":\"s\"}'\n");

    assertThat(find(env, "a", "")).isInstanceOf(Credential.Identity.class);
    assertThat(user(find(env, "b", ""))).isEqualTo("file");
  }

  @Test
  void helpersThatHangOrLieAreGivenUp() throws IOException {
    Path file = write("config.json", "{}");
    CredentialHelper hanging =
        new CredentialHelper(program("slow", "exec sleep 600\n"), Duration.ofMillis(300));
    assertThatThrownBy(() -> hanging.get("slow", "r", file))
        .isInstanceOf(HubException.Failed.class)
        .hasMessageContaining("docker-credential-slow");

    CredentialHelper lying = new CredentialHelper(program("liar", "echo " + SECRET + "\n"));
    assertThatThrownBy(() -> lying.get("liar", "r", file))
        .isInstanceOf(HubException.Corrupt.class)
        .hasMessageNotContaining(SECRET)
        .hasNoCause();
    assertThatThrownBy(() -> lying.get("absent", "r", file))
        .isInstanceOf(HubException.Failed.class)
        .hasMessageContaining("PATH");
    for (String name : List.of("../x", "a/b", "", "-x", "a b")) {
      assertThatThrownBy(() -> lying.get(name, "r", file)).isInstanceOf(HubException.Denied.class);
    }
  }
}
