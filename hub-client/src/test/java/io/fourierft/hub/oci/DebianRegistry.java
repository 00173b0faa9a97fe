package io.fourierft.hub.oci;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Debian's docker-registry, started by {@code tools/registry.sh}. */
final class DebianRegistry implements AutoCloseable {
  private static final Path SCRIPT = Path.of("../tools/registry.sh").toAbsolutePath().normalize();

  private final Process process;
  private final String address;

  private DebianRegistry(Process process, String address) {
    this.process = process;
    this.address = address;
  }

  /** Starts it; the test is skipped where it is not installed. */
  static DebianRegistry start(String... arguments) throws IOException {
    boolean installed =
        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .anyMatch(place -> Files.isExecutable(Path.of(place, "docker-registry")));
    assumeTrue(installed, "docker-registry is not installed (apt-get install docker-registry)");
    List<String> command = new ArrayList<>(List.of("bash", SCRIPT.toString()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    BufferedReader output = process.inputReader(StandardCharsets.US_ASCII);
    String port = output.readLine();
    if (port == null) {
      process.destroy();
      throw new IOException("tools/registry.sh expected to tell its port but ended");
    }
    return new DebianRegistry(process, "127.0.0.1:" + port);
  }

  /** Host and port. */
  String address() {
    return address;
  }

  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }
}
