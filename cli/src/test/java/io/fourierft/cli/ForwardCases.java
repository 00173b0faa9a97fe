package io.fourierft.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs {@code fourierft forward} in this JVM over many model folders, for the scripts in
 * tools/reference that make them: each folder's input.json is answered by an output.json, or by an
 * error.txt with what the command complained about. A folder with a command.txt has another command
 * there, an argument a line, and what that prints comes into output.txt.
 */
final class ForwardCases {
  private static final String COMMAND = "command.txt";
  private static final String INPUT = "input.json";

  private ForwardCases() {}

  private static CommandRun forward(Path folder) throws IOException {
    Path output = folder.resolve("output.json");
    Files.deleteIfExists(output);
    return CommandRun.of(
        "forward", "--model=" + folder, "--input=" + folder.resolve(INPUT), "--output=" + output);
  }

  private static CommandRun command(Path folder) throws IOException {
    List<String> arguments = new ArrayList<>(Files.readAllLines(folder.resolve(COMMAND)));
    arguments.add("--model=" + folder);
    CommandRun run = CommandRun.of(arguments.toArray(String[]::new));
    Files.writeString(folder.resolve("output.txt"), run.out());
    return run;
  }

  /** Takes one argument, the folder that holds the model folders. */
  public static void main(String[] args) throws IOException {
    List<Path> cases;
    try (Stream<Path> folders = Files.list(Path.of(args[0]))) {
      cases =
          folders
              .filter(
                  folder ->
                      Files.exists(folder.resolve(INPUT)) || Files.exists(folder.resolve(COMMAND)))
              .sorted()
              .toList();
    }
    for (Path folder : cases) {
      Path error = folder.resolve("error.txt");
      Files.deleteIfExists(error);
      CommandRun run = Files.exists(folder.resolve(COMMAND)) ? command(folder) : forward(folder);
      if (run.code() != 0 || !run.err().isEmpty()) {
        Files.writeString(error, run.err().isEmpty() ? "exit " + run.code() : run.err());
      }
    }
    System.out.println(cases.size() + " cases");
  }
}
