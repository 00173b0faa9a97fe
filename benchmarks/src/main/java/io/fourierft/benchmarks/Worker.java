package io.fourierft.benchmarks;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Prepares the task of a file and repeats it for each line {@code run} on standard input. Answers
 * with one JSON line each, behind {@code "@ "}: the milliseconds and the number to agree on.
 */
public final class Worker {
  private Worker() {}

  /**
   * Runs until standard input ends.
   *
   * @param arguments the specification's file
   * @throws IOException if a file cannot be read
   */
  public static void main(String[] arguments) throws IOException {
    ObjectMapper json =
        new ObjectMapper().configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);
    Spec spec = json.readValue(new File(arguments[0]), Spec.class);
    PrintStream out = System.out;
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (Task task = task(spec)) {
      out.println("@ {}");
      for (String line = commands.readLine(); line != null; line = commands.readLine()) {
        long start = System.nanoTime();
        double value = task.run();
        double milliseconds = (System.nanoTime() - start) / 1e6;
        out.println(
            String.format(Locale.ROOT, "@ {\"ms\": %.3f, \"value\": %.9g}", milliseconds, value));
      }
    }
  }

  private static Task task(Spec spec) throws IOException {
    return switch (spec.task()) {
      case "step" -> StepTask.of(spec);
      case "forward" -> ForwardTask.of(spec);
      case "merge" -> new MergeTask(spec);
      case "generate" -> GenerateTask.of(spec);
      default -> throw new IllegalArgumentException("task expected a known one but found " + spec);
    };
  }
}
