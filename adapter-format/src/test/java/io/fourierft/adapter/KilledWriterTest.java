package io.fourierft.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How often: {@code -Dfourierft.kills=200}; 20 unless told otherwise. */
class KilledWriterTest {
  private static final long SEED = 7;

  @TempDir Path directory;

  @Test
  void killedWritersLeaveOneOfTheTwoFilesWhole() throws Exception {
    int kills = Integer.getInteger("fourierft.kills", 20);
    Path file = directory.resolve("a.fft");
    byte[] first = bytes(0);
    byte[] second = bytes(1);
    AdapterFiles.write(file, KilledWriter.adapter(0));
    Random random = new Random(SEED);
    int seconds = 0;
    for (int i = 0; i < kills; i++) {
      killWhileWriting(file, 1 + random.nextInt(12), random.nextInt(1_000_000));

      byte[] found = Files.readAllBytes(file);
      boolean whole = found.length == first.length || found.length == second.length;
      assertThat(whole).as("seed %d, kill %d: %d bytes", SEED, i, found.length).isTrue();
      assertThat(found)
          .as("seed %d, kill %d", SEED, i)
          .isEqualTo(found.length == first.length ? first : second);
      AdapterFiles.verify(file);
      seconds += found.length == second.length ? 1 : 0;
    }
    System.out.printf(
        "%d writers killed: %d times the one file was left, %d times the other; %d stray files%n",
        kills, kills - seconds, seconds, strays());
  }

  /** Kills by SIGKILL once so many writings have begun, some time into the last. */
  private void killWhileWriting(Path file, int writings, int spins) throws Exception {
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "-cp",
                    System.getProperty("java.class.path"),
                    KilledWriter.class.getName(),
                    file.toString()))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (InputStream begun = process.getInputStream()) {
      assertThat(begun.readNBytes(writings)).hasSize(writings);
      for (int i = 0; i < spins; i++) {
        Thread.onSpinWait();
      }
      assertThat(process.isAlive()).isTrue();
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  /** Temporary files of writers that could not remove them. */
  private long strays() throws IOException {
    try (var files = Files.list(directory)) {
      return files.filter(path -> path.toString().endsWith(".tmp")).count();
    }
  }

  private static byte[] bytes(int which) {
    return AdapterFiles.toBytes(KilledWriter.adapter(which), StorageType.F32, StorageType.F32);
  }
}
