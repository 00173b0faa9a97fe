package io.fourierft.hub.huggingface;

import io.fourierft.hub.FetchOptions;
import io.fourierft.hub.RepoId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/** Fetches all adapters of a test server in a process of its own. */
final class FetchWorker {
  private static final int THREADS = 32;

  private FetchWorker() {}

  /**
   * Arguments: the server, the cache, the number of adapters, or {@code tell} to fetch one and say
   * what became of it. Says {@code done} at the end.
   */
  public static void main(String[] arguments) throws Exception {
    Path cache = Path.of(arguments[1]);
    HuggingFaceSettings settings =
        HuggingFaceSettings.fromEnvironment(Map.of("HF_TOKEN", HubServer.TOKEN), cache)
            .withEndpoint(arguments[0])
            .withCache(cache);
    System.out.println("ready");
    System.out.flush();
    if (System.in.read() < 0) {
      return;
    }
    if (arguments[2].equals("tell")) {
      tell(settings, cache);
      return;
    }
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try (HuggingFaceHub hub = HuggingFaceHub.open(settings)) {
      List<Callable<Boolean>> calls = new ArrayList<>();
      for (int i = 0; i < Integer.parseInt(arguments[2]); i++) {
        int number = i;
        calls.add(() -> fetch(hub, number));
      }
      for (Future<Boolean> future : threads.invokeAll(calls)) {
        future.get();
      }
    } finally {
      threads.shutdownNow();
    }
    System.out.println("done");
  }

  /** Fetches one adapter and says what became of it. */
  private static void tell(HuggingFaceSettings settings, Path cache) throws IOException {
    try (HuggingFaceHub hub = HuggingFaceHub.open(settings)) {
      fetch(hub, 0);
      System.out.println("done");
    } catch (IOException e) {
      System.out.println(e.getClass().getSimpleName() + " " + e.getMessage());
    }
    try (Stream<Path> all = Files.walk(cache)) {
      long left = all.filter(path -> path.toString().endsWith(".incomplete")).count();
      System.out.println("unfinished " + left);
    }
  }

  private static boolean fetch(HuggingFaceHub hub, int number) throws IOException {
    Path fetched = hub.fetch(RepoId.parse("acme/a" + number), "main", FetchOptions.defaults());
    byte[] found = Files.readAllBytes(fetched.resolve("adapter_model.safetensors"));
    if (!Arrays.equals(found, HuggingFaceLoadTest.weights(number))) {
      throw new IOException("adapter " + number + " expected its bytes but found others");
    }
    return true;
  }
}
