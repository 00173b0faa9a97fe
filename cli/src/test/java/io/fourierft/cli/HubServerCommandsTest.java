package io.fourierft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterFiles;
import io.fourierft.adapter.AdapterLayer;
import io.fourierft.adapter.BaseModel;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The hub commands against the test server of the hub client, told where it is by HF_*. */
@Timeout(120)
class HubServerCommandsTest {
  private static final Path SERVER = Path.of("../hub-client/target/test-classes");
  private static final String MAIN = "io.fourierft.hub.huggingface.HubServerMain";
  private static final String TOKEN = "hf_secretTestToken0123456789";

  @TempDir private Path folder;
  private Process server;
  private String url;
  private Path file;

  @BeforeEach
  void start() throws IOException {
    assumeTrue(Files.isDirectory(SERVER), "the tests of hub-client are not compiled");
    file = folder.resolve("my.fft");
    AdapterFiles.write(
        file,
        Adapter.builder()
            .baseModel(BaseModel.named("acme/base"))
            .scaling(150)
            .addLayer(new AdapterLayer("a", 4, 4, new float[] {1}))
            .build());
    server = java(SERVER + File.pathSeparator, MAIN).start();
    url = server.inputReader().readLine();
  }

  @AfterEach
  void stop() throws IOException, InterruptedException {
    if (server != null) {
      server.getOutputStream().close();
      assertThat(server.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(server.inputReader().lines()).isEmpty();
    }
  }

  private static ProcessBuilder java(String path, String main, String... words) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    if (Runtime.version().feature() >= 24) { // as the launcher does
      command.add("--enable-native-access=ALL-UNNAMED");
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    command.addAll(List.of("-Xmx128m", "-XX:TieredStopAtLevel=1", "-cp"));
    command.add(path + System.getProperty("java.class.path"));
    command.add(main);
    command.addAll(List.of(words));
    return new ProcessBuilder(command).redirectErrorStream(true);
  }

  /** One run of the command in a JVM of its own; its output ends with its exit code. */
  private String run(Map<String, String> environment, String... words)
      throws IOException, InterruptedException {
    ProcessBuilder builder = java("", Main.class.getName(), words);
    builder.environment().put("HF_ENDPOINT", url);
    builder.environment().put("HF_TOKEN", TOKEN);
    builder.environment().put("HF_HOME", folder.resolve("hf").toString());
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      process.getOutputStream().close();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(out).doesNotContain(TOKEN);
      return out + process.waitFor();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void anAdapterIsPushedPulledAndFetchedOffline() throws Exception {
    String out = folder.resolve("out").toString();
    Map<String, String> online = Map.of();
    Map<String, String> offline = Map.of("HF_HUB_OFFLINE", "1");

    assertThat(run(online, "push", "--hub", "hf:", "acme/reviews", "" + file, "--tag", "v1"))
        .contains("published  acme/reviews version ", " to hf:", "tagged     v1")
        .endsWith("\n0");
    assertThat(run(online, "pull", "--hub", "hf:", "acme/reviews@v1", "-o", out)).endsWith("\n0");
    assertThat(folder.resolve("out/adapter.fft")).hasSameBinaryContentAs(file);
    assertThat(folder.resolve("out/README.md")).content().contains("base_model: acme/base");

    assertThat(run(offline, "pull", "--hub", "hf:", "acme/reviews@v1", "-o", out + 2))
        .endsWith("\n0");
    assertThat(folder.resolve("out2/adapter.fft")).hasSameBinaryContentAs(file);
    assertThat(run(offline, "list", "--hub", "hf:"))
        .isEqualTo(
            "fourierft: hub expected to be online but found HF_HUB_OFFLINE or the like ("
                + url
                + ")\n1");
  }

  @Test
  void aProposalAndAWrongTokenAreToldInOneLine() throws Exception {
    Map<String, String> wrong = Map.of("HF_TOKEN", "hf_wrongToken0123456789abc");

    assertThat(run(Map.of(), "push", "--hub", url, "acme/x", "" + file, "--pull-request"))
        .contains("proposed    acme/x as refs/pr/1")
        .endsWith("\n0");
    assertThat(run(wrong, "push", "--hub", url, "acme/y", "" + file))
        .startsWith("fourierft: repository acme/y expected a valid token but found 401")
        .doesNotContain("hf_wrong")
        .endsWith("\n1")
        .hasLineCount(2);
  }
}
