package io.fourierft.hub.huggingface;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Fetches per second of this client and of Python's {@code huggingface_hub} from the same test
 * server, in turn: into an empty cache, then again. Run by {@code benchmarks/run hub}, not with the
 * tests; properties {@code fourierft.benchmark.adapters} and {@code fourierft.benchmark.rounds}.
 */
class FetchBenchmark {
  private static final int THREADS = 32;
  private static final Path PYTHON = Path.of("target/clients/python/bin/python").toAbsolutePath();
  private static final Path SCRIPT = Path.of("../benchmarks/hub/fetch.py").toAbsolutePath();

  private final int count = Integer.getInteger("fourierft.benchmark.adapters", 1000);
  private final int rounds = Integer.getInteger("fourierft.benchmark.rounds", 3);
  private final List<Double> coldRatios = new ArrayList<>();
  private final List<Double> warmRatios = new ArrayList<>();

  @TempDir Path directory;

  @Test
  void fetchesPerSecondBesidePythons() throws Exception {
    try (HubServer server = new HubServer()) {
      HuggingFaceLoadTest.publish(server, count);
      for (int round = 1; round <= rounds; round++) {
        Path cache = directory.resolve("java" + round);
        Path home = directory.resolve("python" + round);
        double cold = seconds(java(server, cache));
        double pythonCold = seconds(python(server, home));
        double warm = seconds(java(server, cache));
        double pythonWarm = seconds(python(server, home));
        coldRatios.add(pythonCold / cold);
        warmRatios.add(pythonWarm / warm);
        System.out.printf(
            Locale.ROOT,
            "round %d: empty cache ours %.0f/s, Python %.0f/s; full cache ours %.0f/s, Python"
                + " %.0f/s%n",
            round,
            count / cold,
            count / pythonCold,
            count / warm,
            count / pythonWarm);
      }
      assertThat(server.wrong).isEmpty();
    }
    System.out.printf(
        Locale.ROOT,
        "%d adapters of 50 kB, %d threads, median of %d rounds: %.2f times as fast as Python into an"
            + " empty cache, %.2f with a full one%n",
        count,
        THREADS,
        rounds,
        median(coldRatios),
        median(warmRatios));
  }

  private ProcessBuilder java(HubServer server, Path cache) {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return new ProcessBuilder(
        java,
        "-Xmx256m",
        "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
        "-cp",
        System.getProperty("java.class.path"),
        FetchWorker.class.getName(),
        server.url(),
        "" + cache,
        "" + count);
  }

  private ProcessBuilder python(HubServer server, Path home) {
    ProcessBuilder builder = new ProcessBuilder("" + PYTHON, "" + SCRIPT, "" + count, "" + THREADS);
    builder
        .environment()
        .putAll(
            Map.of(
                "HF_ENDPOINT",
                server.url(),
                "HF_HUB_DISABLE_XET",
                "1",
                "HF_TOKEN",
                HubServer.TOKEN,
                "HF_HOME",
                "" + home));
    return builder;
  }

  /** From the start signal to the last file; the start of the interpreters does not count. */
  private static double seconds(ProcessBuilder builder) throws IOException, InterruptedException {
    Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try {
      assertThat(process.inputReader().readLine()).isEqualTo("ready");
      long start = System.nanoTime();
      process.getOutputStream().write('\n');
      process.getOutputStream().flush();
      assertThat(process.inputReader().readLine()).isEqualTo("done");
      double seconds = (System.nanoTime() - start) / 1e9;
      assertThat(process.waitFor()).isZero();
      return seconds;
    } finally {
      process.destroyForcibly();
    }
  }

  private static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
