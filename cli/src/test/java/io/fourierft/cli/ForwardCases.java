package io.fourierft.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs {@code fourierft forward} in this JVM over many model folders, for the scripts in
 * tools/reference that make them: each folder's input.json is answered by an output.json, or by an
 * error.txt with what the command complained about.
 */
final class ForwardCases {
  private ForwardCases() {}

  /** Takes one argument, the folder that holds the model folders. */
  public static void main(String[] args) throws IOException {
    List<Path> cases;
    try (Stream<Path> folders = Files.list(Path.of(args[0]))) {
      cases =
          folders.filter(folder -> Files.exists(folder.resolve("input.json"))).sorted().toList();
    }
    for (Path folder : cases) {
      Path output = folder.resolve("output.json");
      Path error = folder.resolve("error.txt");
      Files.deleteIfExists(output);
      Files.deleteIfExists(error);
      CommandRun run =
          CommandRun.of(
              "forward",
              "--model=" + folder,
              "--input=" + folder.resolve("input.json"),
              "--output=" + output);
      if (run.code() != 0 || !run.err().isEmpty()) {
        Files.writeString(error, run.err().isEmpty() ? "exit " + run.code() : run.err());
      }
    }
    System.out.println(cases.size() + " cases");
  }
}
