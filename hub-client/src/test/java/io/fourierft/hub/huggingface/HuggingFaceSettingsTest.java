package io.fourierft.hub.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HuggingFaceSettingsTest {
  @TempDir Path home;

  private HuggingFaceSettings settings(String... pairs) throws IOException {
    Map<String, String> env = new HashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      env.put(pairs[i], pairs[i + 1]);
    }
    return HuggingFaceSettings.fromEnvironment(env, home);
  }

  @Test
  void anEmptyEnvironmentMeansTheOfficialServerWithoutAToken() throws IOException {
    HuggingFaceSettings settings = settings();
    assertThat(settings.endpoint()).hasToString("https://huggingface.co");
    assertThat(settings.token().isPresent()).isFalse();
    assertThat(settings.cache()).isEqualTo(home.resolve(".cache/huggingface/hub"));
    assertThat(settings.offline()).isFalse();
  }

  @Test
  void endpointsMayHaveAPathAndLoseTheirLastSlash() throws IOException {
    assertThat(settings("HF_ENDPOINT", "https://h.example/artifactory/api/hf/repo/").endpoint())
        .hasToString("https://h.example/artifactory/api/hf/repo");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://h", "h.example", "https://user:secret@h", "https://h?x=secret"})
  void endpointsThatAreNoneAreRefusedWithoutBeingShown(String endpoint) {
    assertThatThrownBy(() -> settings("HF_ENDPOINT", endpoint))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("hub endpoint expected")
        .hasMessageNotContaining("secret");
  }

  @Test
  void placesFollowTheVariablesThatPythonReads() throws IOException {
    assertThat(settings("HF_HOME", "~/hf").cache()).isEqualTo(home.resolve("hf/hub"));
    assertThat(settings("HF_HOME", "$BASE/hf", "BASE", "/data").cache())
        .isEqualTo(Path.of("/data/hf/hub").toAbsolutePath());
    assertThat(settings("XDG_CACHE_HOME", "/x").cache())
        .isEqualTo(Path.of("/x/huggingface/hub").toAbsolutePath());
    assertThat(settings("HUGGINGFACE_HUB_CACHE", "/y").cache())
        .isEqualTo(Path.of("/y").toAbsolutePath());
  }

  @Test
  void tokensComeFromTheEnvironmentThenFromTheFile() throws IOException {
    Files.createDirectories(home.resolve(".cache/huggingface"));
    Files.writeString(home.resolve(".cache/huggingface/token"), "hf_file\n");
    Path other = Files.writeString(home.resolve("other"), " hf_other\r\n");

    assertThat(settings().token().bearer()).isEqualTo("Bearer hf_file");
    assertThat(settings("HF_TOKEN_PATH", "" + other).token().bearer()).isEqualTo("Bearer hf_other");
    assertThat(settings("HF_TOKEN", "hf_env\n").token().bearer()).isEqualTo("Bearer hf_env");
    assertThat(settings("HUGGING_FACE_HUB_TOKEN", "hf_old").token().bearer())
        .isEqualTo("Bearer hf_old");
    assertThat(settings("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1").token().isPresent()).isFalse();
  }

  @Test
  void noTextShowsTheToken() throws IOException {
    HuggingFaceSettings settings = settings("HF_TOKEN", "hf_secret");
    assertThat(settings.toString()).contains("token=***").doesNotContain("secret");
    assertThat(settings.token()).hasToString("***");
  }

  @ParameterizedTest
  @ValueSource(strings = {"hf_sec\u0007ret", "hf_sec ret", "hf_s\u00e9cret", "Bearer hf_secret"})
  void tokensThatNoHeaderCarriesAreRefusedWithoutBeingShown(String token) {
    assertThatThrownBy(() -> settings("HF_TOKEN", token))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("token expected printable ASCII")
        .hasMessageNotContaining("hf_");
    assertThatThrownBy(() -> settings().withToken(token))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("hf_");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "on", "Yes", "TRUE"})
  void offlineIsSaidInManyWays(String value) throws IOException {
    assertThat(settings("HF_HUB_OFFLINE", value).offline()).isTrue();
    assertThat(settings("TRANSFORMERS_OFFLINE", value).offline()).isTrue();
  }
}
