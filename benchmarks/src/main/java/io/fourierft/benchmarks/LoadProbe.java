package io.fourierft.benchmarks;

import io.fourierft.importer.Importers;
import io.fourierft.importer.PretrainedModel;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Our side of {@code benchmarks/load/run}: loads a checkpoint some times and prints the seconds of
 * each, and the largest resident memory of the process (Linux), as {@code load.py} does.
 */
public final class LoadProbe {
  private LoadProbe() {}

  /**
   * Loads a checkpoint.
   *
   * @param arguments its folder and the number of rounds
   * @throws IOException if it cannot be read
   */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    int rounds = Integer.parseInt(arguments[1]);
    PrintStream out = System.out;
    Nd4j.zeros(1).close(); // the backend starts
    out.println(String.format(Locale.ROOT, "resident before: %d MiB", resident("VmRSS:")));
    for (int round = 0; round < rounds; round++) {
      long start = System.nanoTime();
      try (PretrainedModel model = Importers.load(folder)) {
        double seconds = (System.nanoTime() - start) / 1e9;
        long parameters =
            model.parameters().names().stream()
                .mapToLong(name -> model.parameters().value(name).length())
                .sum();
        out.println(String.format(Locale.ROOT, "loaded %d numbers in %.3f s", parameters, seconds));
      }
    }
    out.println(String.format(Locale.ROOT, "largest resident: %d MiB", resident("VmHWM:")));
  }

  private static long resident(String field) throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith(field))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
        .findFirst()
        .orElse(0);
  }
}
