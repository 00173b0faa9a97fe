package io.fourierft.hub.oci;

import com.fasterxml.jackson.databind.JsonNode;
import io.fourierft.hub.HubException;
import io.fourierft.hub.http.Json;
import io.fourierft.hub.http.Secret;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the programs {@code docker-credential-*} for credentials. */
final class CredentialHelper {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,60}");
  private static final int MAX_ANSWER = 1 << 16;
  private static final String IDENTITY = "<token>";

  private static final Logger LOG = LoggerFactory.getLogger(CredentialHelper.class);

  private final Map<String, String> env;
  private final Duration timeout;

  CredentialHelper(Map<String, String> env) {
    this(env, Duration.ofSeconds(15));
  }

  CredentialHelper(Map<String, String> env, Duration timeout) {
    this.env = Map.copyOf(env);
    this.timeout = timeout;
  }

  /**
   * Asks for the credential of a registry.
   *
   * @param name the end of the name of the program
   * @param registry the registry as the file writes it
   * @param file the file that names the program
   * @return the credential; nothing if the program has none
   */
  Optional<Credential> get(String name, String registry, Path file) throws IOException {
    if (!NAME.matcher(name).matches()) {
      throw new HubException.Denied(
          "credential helper", "the end of a program's name", "something else", file);
    }
    String program = "docker-credential-" + name;
    ProcessBuilder builder =
        new ProcessBuilder(onPath(program).toString(), "get")
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      HubException told =
          new HubException.Failed(program, "to be on the PATH", "no such program", file);
      told.initCause(e);
      throw told;
    }
    try {
      return answer(process, program, registry, file);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  /** The program on the PATH of the environment, which a test may set. */
  private Path onPath(String program) {
    for (String directory : env.getOrDefault("PATH", "").split(File.pathSeparator)) {
      Path candidate = Path.of(directory, program);
      if (!directory.isEmpty() && Files.isExecutable(candidate)) {
        return candidate;
      }
    }
    return Path.of(program);
  }

  private Optional<Credential> answer(Process process, String program, String registry, Path file)
      throws IOException {
    CompletableFuture<byte[]> reading = new CompletableFuture<>();
    Thread reader =
        new Thread(
            () -> {
              try (InputStream out = process.getInputStream()) {
                reading.complete(out.readNBytes(MAX_ANSWER));
              } catch (IOException e) {
                reading.completeExceptionally(e);
              }
            },
            "fourierft-credential-helper");
    reader.setDaemon(true);
    reader.start();
    try (OutputStream in = process.getOutputStream()) {
      in.write(registry.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // A program that reads no question may have ended before; its answer tells.
      LOG.debug("{} took no question", program);
    }
    try {
      byte[] bytes = reading.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new TimeoutException();
      }
      // Programs tell of missing credentials by their exit status, and in words of their own.
      return process.exitValue() == 0 ? credential(bytes, program, file) : Optional.empty();
    } catch (TimeoutException e) {
      throw new HubException.Failed(
          program, "an answer within " + timeout.toSeconds() + " s", "none", file);
    } catch (ExecutionException e) {
      throw new HubException.Failed(program, "an answer", "none", file);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HubException.Failed(program, "an answer", "an interruption", file);
    }
  }

  private static Optional<Credential> credential(byte[] bytes, String program, Path file)
      throws IOException {
    JsonNode json;
    try {
      json = Json.parse(bytes, program, file);
    } catch (HubException e) {
      // Not as its cause: the parser quotes what it could not read.
      throw new HubException.Corrupt("answer of " + program, "JSON", "something else", file);
    }
    String user = json.path("Username").asText("");
    String secret = json.path("Secret").asText("");
    if (user.isEmpty() || secret.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        user.equals(IDENTITY)
            ? new Credential.Identity(new Secret(secret))
            : Credential.Password.of(user, secret));
  }
}
