package io.fourierft.samples.quickstart;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** The files of one run: the adapter, the report, and the checkpoint of an interrupted run. */
final class RunDirectory {
  private final Path directory;

  private RunDirectory(Path directory) {
    this.directory = directory;
  }

  /**
   * Opens a directory for a run, making it where there is none.
   *
   * @param options what to run
   * @return the directory
   * @throws IOException if a checkpoint is there and should not be, or the other way round, or it
   *     is one of another run
   */
  static RunDirectory open(QuickStartOptions options) throws IOException {
    RunDirectory run = new RunDirectory(options.output());
    boolean interrupted = Files.exists(run.checkpoint());
    if (options.resume()) {
      if (!interrupted) {
        throw new IOException(
            "checkpoint to resume from expected but found none (" + run.checkpoint() + ")");
      }
      run.checkSame(options.identity());
    } else if (interrupted) {
      throw new IOException(
          "output directory expected no interrupted run but found one ("
              + run.checkpoint()
              + "): --resume continues it, deleting the file forgets it");
    }
    Files.createDirectories(run.directory);
    run.writeIdentity(options.identity());
    return run;
  }

  private void checkSame(Map<String, String> wanted) throws IOException {
    Properties found = new Properties();
    try (Reader reader = Files.newBufferedReader(settings())) {
      found.load(reader);
    }
    for (Map.Entry<String, String> entry : wanted.entrySet()) {
      String before = found.getProperty(entry.getKey(), "nothing");
      if (!before.equals(entry.getValue())) {
        throw new IOException(
            entry.getKey()
                + " expected "
                + before
                + " as in the interrupted run but found "
                + entry.getValue()
                + " ("
                + settings()
                + ")");
      }
    }
  }

  private void writeIdentity(Map<String, String> identity) throws IOException {
    Properties properties = new Properties();
    properties.putAll(new TreeMap<>(identity));
    Path draft = directory.resolve("run.properties.tmp");
    try (Writer writer = Files.newBufferedWriter(draft)) {
      properties.store(writer, "Settings of the run, compared by --resume");
    }
    Files.move(
        draft, settings(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private Path settings() {
    return directory.resolve("run.properties");
  }

  Path checkpoint() {
    return directory.resolve("checkpoint.bin");
  }

  Path adapter() {
    return directory.resolve("adapter.fft");
  }

  Path report() {
    return directory.resolve("report.html");
  }
}
