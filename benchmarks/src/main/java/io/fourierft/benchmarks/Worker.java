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
import java.util.Map;

/**
 * Prepares the task of a file and obeys the lines on standard input, with one JSON line each behind
 * {@code "@ "}: {@code run} answers with the milliseconds and the number to agree on, {@code
 * profile RUNS} with the milliseconds of one run by operation.
 */
public final class Worker {
  private static final ObjectMapper JSON =
      new ObjectMapper().configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);

  private Worker() {}

  /**
   * Runs until standard input ends.
   *
   * @param arguments the specification's file
   * @throws IOException if a file cannot be read
   */
  public static void main(String[] arguments) throws IOException {
    Spec spec = JSON.readValue(new File(arguments[0]), Spec.class);
    PrintStream out = System.out;
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (Task task = task(spec)) {
      out.println("@ {}");
      for (String line = commands.readLine(); line != null; line = commands.readLine()) {
        out.println("@ " + answer(task, line.split(" ")));
      }
    }
  }

  private static String answer(Task task, String[] command) throws IOException {
    if (command[0].equals("profile")) {
      int runs = Integer.parseInt(command[1]);
      return JSON.writeValueAsString(Map.of("ops", Sampler.profile(task, runs)));
    }
    long start = System.nanoTime();
    double value = task.run();
    double milliseconds = (System.nanoTime() - start) / 1e6;
    return String.format(Locale.ROOT, "{\"ms\": %.4f, \"value\": %.9g}", milliseconds, value);
  }

  private static Task task(Spec spec) throws IOException {
    return switch (spec.task()) {
      case "step" -> StepTask.of(spec);
      case "forward" -> ForwardTask.of(spec);
      case "merge" -> new MergeTask(spec);
      case "generate" -> GenerateTask.of(spec);
      case "delta" -> new DeltaTask(spec);
      case "size" -> new SizeTask(spec);
      case "worth" -> new WorthTask(spec);
      default -> throw new IllegalArgumentException("task expected a known one but found " + spec);
    };
  }
}
