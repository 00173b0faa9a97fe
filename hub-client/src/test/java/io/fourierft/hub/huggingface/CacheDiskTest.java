package io.fourierft.hub.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fourierft.hub.FetchOptions;
import io.fourierft.hub.RepoId;
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

/** The shared cache on disks that are full or read-only, which takes Linux with namespaces. */
@Timeout(60)
class CacheDiskTest {
  @TempDir Path directory;
  private HubServer server;
  private Path cache;

  @BeforeEach
  void start() throws IOException {
    server = new HubServer();
    HuggingFaceLoadTest.publish(server, 1);
    cache = Files.createDirectory(directory.resolve("cache"));
  }

  @AfterEach
  void stop() {
    server.close();
    assertThat(server.wrong).isEmpty();
  }

  @Test
  void aFullDiskIsNamedAndKeepsNoHalfFile() throws Exception {
    List<String> told = tell("mount -t tmpfs -o size=32k tmpfs \"$1\"");

    assertThat(told.get(0))
        .startsWith("NoSpace fetching acme/a0 expected room but found none")
        .contains("No space left on device");
    assertThat(told.get(1)).isEqualTo("unfinished 0");
  }

  @Test
  void aReadOnlyCacheIsNamedWhereItLacksFilesAndServesWhereItHasThem() throws Exception {
    String mount = "mount --bind \"$1\" \"$1\" && mount -o remount,bind,ro \"$1\"";
    assertThat(tell(mount).get(0))
        .startsWith("Denied fetching acme/a0 expected permission but found ")
        .containsIgnoringCase("read-only file system");

    HuggingFaceSettings settings =
        HuggingFaceSettings.fromEnvironment(Map.of(), directory)
            .withEndpoint(server.url())
            .withCache(cache);
    try (HuggingFaceHub hub = HuggingFaceHub.open(settings)) {
      hub.fetch(RepoId.parse("acme/a0"), "main", FetchOptions.defaults());
    }
    assertThat(tell(mount)).containsExactly("done", "unfinished 0");
  }

  /** Fetches behind a mount of its own. */
  private List<String> tell(String mount) throws Exception {
    List<String> command = new ArrayList<>(List.of("unshare", "-rm", "sh", "-c"));
    command.addAll(List.of(mount + " && shift && exec \"$@\"", "sh", "" + cache));
    assumeTrue(canMount(), "no mounts for ordinary users here");
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx64m", "-XX:TieredStopAtLevel=1", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.addAll(List.of(FetchWorker.class.getName(), server.url(), "" + cache, "tell"));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("LC_ALL", "C");
    Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try {
      process.getOutputStream().write('\n');
      process.getOutputStream().close();
      String all = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      List<String> lines = all.lines().toList();
      assertThat(lines.get(0)).isEqualTo("ready");
      return lines.subList(1, lines.size());
    } finally {
      process.destroyForcibly();
    }
  }

  private static boolean canMount() throws InterruptedException {
    try {
      String probe = "mount -t tmpfs tmpfs /mnt";
      return new ProcessBuilder("unshare", "-rm", "sh", "-c", probe).start().waitFor() == 0;
    } catch (IOException e) {
      // There is no such command here.
      return false;
    }
  }
}
