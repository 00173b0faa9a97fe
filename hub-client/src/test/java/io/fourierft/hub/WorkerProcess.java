package io.fourierft.hub;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A {@link HubWorker} in its own JVM, killed at the end of the test if it still runs. */
final class WorkerProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader lines;

  private WorkerProcess(Process process) throws IOException {
    this.process = process;
    this.lines = process.inputReader(StandardCharsets.UTF_8);
    String line = lines.readLine();
    if (!"ready".equals(line)) {
      throw new IOException("worker expected to be ready but found " + line);
    }
  }

  /** Starts a worker, which waits for {@link #go}. */
  static WorkerProcess start(String... arguments) throws IOException {
    return start(List.of(), arguments);
  }

  /** Starts a worker by way of another command, such as one that mounts a small disk first. */
  static WorkerProcess start(List<String> prefix, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx64m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(HubWorker.class.getName());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("LC_ALL", "C");
    return new WorkerProcess(builder.redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  void go() throws IOException {
    process.getOutputStream().write('\n');
    process.getOutputStream().flush();
  }

  /** The next lines, fewer at the end. */
  List<String> read(int count) throws IOException {
    List<String> read = new ArrayList<>();
    String line;
    while (read.size() < count && (line = lines.readLine()) != null) {
      read.add(line);
    }
    return read;
  }

  /** All lines until the worker ends, which it does well. */
  List<String> finish() throws IOException, InterruptedException {
    List<String> rest = read(Integer.MAX_VALUE);
    if (process.waitFor() != 0) {
      throw new IOException("worker expected exit 0 but found " + process.exitValue());
    }
    return rest;
  }

  /** Lets the worker run on for a while, kills it with SIGKILL, and reads what it still said. */
  List<String> kill(long afterMicros) throws IOException, InterruptedException {
    if (process.waitFor(afterMicros, TimeUnit.MICROSECONDS)) {
      throw new IOException("worker expected to run but found exit " + process.exitValue());
    }
    // Unlike Process.destroyForcibly, this keeps what the worker has said.
    process.toHandle().destroyForcibly();
    process.waitFor();
    return read(Integer.MAX_VALUE);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
