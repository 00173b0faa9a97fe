package io.fourierft.hub.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fourierft.hub.FetchOptions;
import io.fourierft.hub.Publication;
import io.fourierft.hub.RepoId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The official clients, unchanged, against the test server, and their files and caches against this
 * client. {@code tools/hub-clients.sh} installs them; skipped where it cannot.
 */
@Timeout(300)
class OfficialClientsTest {
  private static final RepoId JAVA = RepoId.parse("acme/from-java");
  private static final String HELD = "conformance: all expectations held";
  private static final Path SCRIPTS = Path.of("src/test/conformance").toAbsolutePath();
  private static final Path INSTALL = Path.of("../tools/hub-clients.sh").toAbsolutePath();
  private static final int INSTALL_SECONDS = 120;
  private static final Path CLIENTS = Path.of("target/clients").toAbsolutePath();

  @TempDir Path directory;
  private HubServer server;
  private HuggingFaceHub hub;
  private String version;

  @BeforeEach
  void start() throws IOException {
    server = new HubServer();
    hub = HuggingFaceHub.open(settings());
    Path config = Files.writeString(directory.resolve("config"), "{\"by\":\"java\"}");
    Path weights = Files.write(directory.resolve("weights"), new byte[100_000]);
    Publication publication =
        Publication.builder()
            .file("adapter_config.json", config)
            .file("adapter_model.safetensors", weights)
            .build();
    version = hub.publish(JAVA, publication).id();
  }

  @AfterEach
  void stop() {
    hub.close();
    server.close();
    assertThat(server.wrong).isEmpty();
  }

  private HuggingFaceSettings settings() throws IOException {
    return HuggingFaceSettings.fromEnvironment(Map.of("HF_TOKEN", HubServer.TOKEN), directory)
        .withEndpoint(server.url())
        .withCache(directory.resolve("hf/hub"));
  }

  @Test
  void theJavaScriptClientAndThisOneReadEachOther() throws Exception {
    requireInstalled("js", "@huggingface/hub 2.17.5");
    // Node looks for packages from where the script lies.
    Path script = Files.copy(SCRIPTS.resolve("client.mjs"), fresh(CLIENTS.resolve("client.mjs")));
    Path cache = directory.resolve("js-cache");

    hub.fetch(JAVA, "main", FetchOptions.defaults());
    String ours = "" + directory.resolve("hf/hub");

    requireHeld(run(List.of("node", "" + script, "offline", ours, version)));
    requireHeld(run(List.of("node", "" + script, server.url(), HubServer.TOKEN, "" + cache)));

    byte[] weights = new byte[100_000];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (byte) (i * 31);
    }
    Path fetched = hub.fetch(RepoId.parse("acme/from-js"), "main", FetchOptions.defaults());
    assertThat(fetched.resolve("adapter_model.safetensors")).hasBinaryContent(weights);
    try (HuggingFaceHub offline =
        HuggingFaceHub.open(settings().withCache(cache).withOffline(true))) {
      Path snapshot = offline.fetch(JAVA, version, FetchOptions.defaults());
      assertThat(snapshot.resolve("adapter_config.json")).hasContent("{\"by\":\"java\"}");
    }
  }

  @Test
  void thePythonClientAndThisOneReadEachOther() throws Exception {
    requireInstalled("python", "huggingface_hub 2.0.0");
    Path python = CLIENTS.resolve("python/bin/python");
    String script = "" + SCRIPTS.resolve("client.py");
    hub.fetch(JAVA, "main", FetchOptions.defaults());

    requireHeld(run(List.of("" + python, script, "" + directory, "offline")));
    requireHeld(run(List.of("" + python, script, "" + directory)));

    byte[] weights = new byte[100_000];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (byte) (i * 37);
    }
    RepoId repo = RepoId.parse("acme/from-python");
    Path fetched = hub.fetch(repo, "v1", FetchOptions.defaults());
    assertThat(fetched.resolve("adapter_model.safetensors")).hasBinaryContent(weights);
    try (HuggingFaceHub offline =
        HuggingFaceHub.open(settings().withCache(directory.resolve("py/hub")).withOffline(true))) {
      Path snapshot = offline.fetch(JAVA, version, FetchOptions.defaults());
      assertThat(snapshot.resolve("adapter_config.json")).hasContent("{\"by\":\"java\"}");
    }
  }

  /** Installs a client where it is not there yet; says so where that cannot be done. */
  private void requireInstalled(String client, String what) throws InterruptedException {
    boolean there = works("bash", "" + INSTALL, client);
    if (!there) {
      System.out.println("OfficialClientsTest: skipped, " + what + " cannot be installed here");
    }
    assumeTrue(there, what + " cannot be installed here");
  }

  private boolean works(String... command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("install.log").toFile())
              .start();
      try {
        return process.waitFor(INSTALL_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
      } finally {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    } catch (IOException e) {
      // There is no such command here.
      return false;
    }
  }

  private static Path fresh(Path path) throws IOException {
    Files.deleteIfExists(path);
    return path;
  }

  private void requireHeld(String output) {
    assertThat(output).contains(HELD).doesNotContain(HubServer.TOKEN);
  }

  /** Runs a client, offline with the cache of this one, or online with a cache of its own. */
  private String run(List<String> command) throws IOException, InterruptedException {
    boolean offline = command.get(command.size() - 1).equals("offline");
    Map<String, String> environment = new TreeMap<>();
    environment.put("HF_ENDPOINT", server.url());
    environment.put("HF_HUB_DISABLE_XET", "1");
    environment.put("HF_TOKEN", HubServer.TOKEN);
    environment.put("HF_HOME", directory.resolve(offline ? "hf" : "py").toString());
    if (offline) {
      environment.put("HF_HUB_OFFLINE", "1");
    }
    Path output = directory.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("ended in time").isTrue();
    } finally {
      process.destroyForcibly();
    }
    return Files.readString(output, StandardCharsets.UTF_8);
  }
}
