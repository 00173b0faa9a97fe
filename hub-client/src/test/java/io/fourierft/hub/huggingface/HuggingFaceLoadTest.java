package io.fourierft.hub.huggingface;

import static org.assertj.core.api.Assertions.assertThat;

import io.fourierft.hub.FetchOptions;
import io.fourierft.hub.RepoId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several processes of many threads each, some of them killed, and one cache. */
@Timeout(300)
class HuggingFaceLoadTest {
  private static final int PROCESSES = 4;
  private static final int SIZE = 50_000;

  @TempDir Path directory;
  private HubServer server;

  static byte[] weights(int number) {
    byte[] bytes = new byte[SIZE];
    new Random(number).nextBytes(bytes);
    return bytes;
  }

  @BeforeEach
  void start() throws IOException {
    server = new HubServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  static void publish(HubServer server, int count) {
    for (int i = 0; i < count; i++) {
      HubRepo repo = new HubRepo("acme/a" + i);
      SortedMap<String, HubRepo.Blob> files = new TreeMap<>(repo.at("main").files());
      byte[] config = ("{\"number\":" + i + "}").getBytes(StandardCharsets.UTF_8);
      files.put("adapter_config.json", new HubRepo.Blob(config, false));
      files.put("adapter_model.safetensors", new HubRepo.Blob(weights(i), true));
      repo.commit("main", repo.at("main").id(), "adapter", files);
      server.repos.put(repo.name, repo);
    }
  }

  private Process worker(int count) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:TieredStopAtLevel=1",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
            "-cp",
            System.getProperty("java.class.path"),
            FetchWorker.class.getName(),
            server.url(),
            directory.resolve("cache").toString(),
            "" + count);
    Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    assertThat(process.inputReader().readLine()).isEqualTo("ready");
    return process;
  }

  private static void go(Process process) throws IOException {
    process.getOutputStream().write('\n');
    process.getOutputStream().flush();
  }

  @Test
  void fourProcessesFetchEachAdapterOnceThroughOneCache() throws Exception {
    int count = Integer.getInteger("fourierft.hub.adapters", 1000);
    publish(server, count);
    List<Process> workers = new ArrayList<>();
    try {
      for (int i = 0; i < PROCESSES; i++) {
        workers.add(worker(count));
      }
      long start = System.nanoTime();
      for (Process worker : workers) {
        go(worker);
      }
      for (Process worker : workers) {
        assertThat(worker.inputReader().readLine()).isEqualTo("done");
        assertThat(worker.waitFor()).isZero();
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      System.out.printf(
          "%d processes fetched %d adapters each: %.0f fetches/s%n",
          PROCESSES, count, PROCESSES * count / seconds);
    } finally {
      workers.forEach(Process::destroyForcibly);
    }
    Map<String, Long> downloads =
        server.requests().stream()
            .filter(line -> line.contains("/cdn/") || line.contains("/resolve/"))
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    // Of each adapter: the weights, where they lead, the configuration and the attributes.
    assertThat(downloads.size()).isEqualTo(4 * count);
    assertThat(Collections.max(downloads.values())).isLessThanOrEqualTo(PROCESSES);
    assertThat(unfinished()).isEmpty();
    assertThat(server.wrong).isEmpty();
  }

  @Test
  void fetchersKilledAtAnyMomentLeaveACacheThatServes() throws Exception {
    int kills = Integer.getInteger("fourierft.hub.kills", 100);
    long seed = System.nanoTime();
    System.out.println("fetchersKilledAtAnyMoment...: seed " + seed + ", " + kills + " kills");
    Random random = new Random(seed);
    int count = 30;
    publish(server, count);
    for (int kill = 0; kill < kills; kill += PROCESSES) {
      endLives(count, random);
    }
    HuggingFaceSettings settings =
        HuggingFaceSettings.fromEnvironment(Map.of("HF_TOKEN", HubServer.TOKEN), directory)
            .withEndpoint(server.url())
            .withCache(directory.resolve("cache"));
    try (HuggingFaceHub hub = HuggingFaceHub.open(settings)) {
      for (int i = 0; i < count; i++) {
        Path fetched = hub.fetch(RepoId.parse("acme/a" + i), "main", FetchOptions.defaults());
        assertThat(fetched.resolve("adapter_model.safetensors")).hasBinaryContent(weights(i));
      }
    }
  }

  /** Fetchers that begin with an empty cache, or with what others left, and end by a kill. */
  private void endLives(int count, Random random) throws Exception {
    if (random.nextInt(5) == 0) {
      deleteCache();
    }
    List<Process> workers = new ArrayList<>();
    try {
      for (int i = 0; i < PROCESSES; i++) {
        workers.add(worker(count));
      }
      for (Process worker : workers) {
        go(worker);
      }
      for (Process worker : workers) {
        worker.waitFor(random.nextInt(300), TimeUnit.MILLISECONDS);
        worker.destroyForcibly();
        worker.waitFor();
      }
    } finally {
      workers.forEach(Process::destroyForcibly);
    }
  }

  private void deleteCache() throws IOException {
    Path cache = directory.resolve("cache");
    if (Files.exists(cache)) {
      try (Stream<Path> all = Files.walk(cache)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  private List<Path> unfinished() throws IOException {
    try (Stream<Path> all = Files.walk(directory.resolve("cache"))) {
      return all.filter(path -> path.toString().endsWith(".incomplete")).toList();
    }
  }
}
