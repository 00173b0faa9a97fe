package io.fourierft.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A writer is killed by SIGKILL and started again, 200 times ({@code -Dfourierft.kills}). An
 * archive of its classes makes it start fast.
 */
class KilledWriterTest {
  private static final long SEED = 7;

  @TempDir Path directory;
  private String classPath;

  @Test
  void killedWritersLeaveOneOfTheTwoFilesWhole() throws Exception {
    int kills = Integer.getInteger("fourierft.kills", 200);
    Path file = directory.resolve("a.fft");
    byte[] first = bytes(0);
    byte[] second = bytes(1);
    AdapterFiles.write(file, KilledWriter.adapter(0));
    packClasses();
    archiveClasses(file);
    Random random = new Random(SEED);
    int seconds = 0;
    for (int i = 0; i < kills; i++) {
      killWhileWriting(file, 1 + random.nextInt(3), random.nextInt(1_000_000));

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

  /** Lets one writer end by itself, which leaves its classes behind for the others. */
  private void archiveClasses(Path file) throws Exception {
    Process process = start(List.of("-XX:ArchiveClassesAtExit=" + archive()), file, "2");
    assertThat(process.getInputStream().readAllBytes()).hasSize(2);
    assertThat(process.waitFor()).isZero();
  }

  /** A jar of this module's classes, since directories cannot be archived, and protobuf. */
  private void packClasses() throws IOException {
    List<String> parts = new ArrayList<>(List.of(directory.resolve("classes.jar").toString()));
    try (JarOutputStream jar =
        new JarOutputStream(Files.newOutputStream(directory.resolve("classes.jar")))) {
      for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
        if (Files.isDirectory(Path.of(entry))) {
          pack(Path.of(entry), jar);
        } else if (entry.contains("protobuf-java")) {
          parts.add(entry);
        }
      }
    }
    classPath = String.join(File.pathSeparator, parts);
  }

  private static void pack(Path root, JarOutputStream jar) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".class")).toList()) {
        jar.putNextEntry(new JarEntry(root.relativize(file).toString().replace('\\', '/')));
        Files.copy(file, jar);
        jar.closeEntry();
      }
    }
  }

  private Path archive() {
    return directory.resolve("classes.jsa");
  }

  private Process start(List<String> options, Path file, String... more) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xlog:disable"));
    command.addAll(options);
    command.addAll(List.of("-cp", classPath));
    command.addAll(List.of(KilledWriter.class.getName(), file.toString()));
    command.addAll(List.of(more));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  /** Kills by SIGKILL once so many writings have begun, some time into the last. */
  private void killWhileWriting(Path file, int writings, int spins) throws Exception {
    Process process = start(List.of("-XX:SharedArchiveFile=" + archive()), file);
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
