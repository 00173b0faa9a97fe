package io.fourierft.benchmarks;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fourierft.engine.DirectModel;
import io.fourierft.importer.Importers;
import io.fourierft.importer.PretrainedModel;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Our side of {@code benchmarks/run load}: loads a checkpoint once, computes the logits of one
 * batch, and answers with one JSON line behind {@code "@ "}, as {@code load_worker.py} does:
 * milliseconds of both, and the largest resident memory of the process (Linux).
 */
public final class LoadProbe {
  private LoadProbe() {}

  /**
   * Loads a checkpoint.
   *
   * @param arguments the specification's file
   * @throws IOException if something cannot be read
   */
  public static void main(String[] arguments) throws IOException {
    Spec spec =
        new ObjectMapper()
            .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false)
            .readValue(new File(arguments[0]), Spec.class);
    PrintStream out = System.out;
    Nd4j.zeros(1).close(); // the backend starts, as torch has when it is imported
    long start = System.nanoTime();
    try (PretrainedModel base = Importers.load(spec.model())) {
      double loaded = (System.nanoTime() - start) / 1e6;
      double after = resident("VmHWM:");
      long begin = System.nanoTime();
      try (DirectModel model = DirectModel.of(base.network(), base.parameters())) {
        INDArray logits = model.forward(StepTask.inputs(spec)); // [batch, labels]
        float[] values = logits.dup('c').data().asFloat();
        double first = (System.nanoTime() - begin) / 1e6;
        long numbers =
            base.parameters().names().stream()
                .mapToLong(name -> base.parameters().value(name).length())
                .sum();
        out.println(
            String.format(
                Locale.ROOT,
                "@ {\"ms\": %.3f, \"first_ms\": %.3f, \"loaded_mb\": %.1f, \"peak_mb\": %.1f,"
                    + " \"numbers\": %d, \"logits\": %s}",
                loaded,
                first,
                after,
                resident("VmHWM:"),
                numbers,
                Arrays.toString(values)));
      }
    }
  }

  private static double resident(String field) throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith(field))
        .mapToDouble(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0)
        .findFirst()
        .orElse(0);
  }
}
