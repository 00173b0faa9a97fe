package io.fourierft.hub;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** What tests run in a process of its own. Answers on standard output, one line each. */
final class HubWorker {
  private static final int THREADS = 32;
  private static final int SIZE = 50_000;

  private final DirectoryHub hub;
  private final Path own;
  private final FetchOptions options;

  private HubWorker(Path root, Path own, Path cache) throws IOException {
    this.hub = DirectoryHub.open(root);
    this.own = Files.createDirectories(own);
    this.options = FetchOptions.defaults().withCache(cache);
  }

  /** Arguments: what to do, the hub, a directory of its own, the cache, a number. */
  public static void main(String[] arguments) throws IOException {
    Path own = Path.of(arguments[2]);
    HubWorker worker = new HubWorker(Path.of(arguments[1]), own, Path.of(arguments[3]));
    say("ready");
    if (System.in.read() < 0) {
      return;
    }
    switch (arguments[0]) {
      case "publish" -> worker.publish(Integer.parseInt(arguments[4]));
      case "fetch" -> worker.fetch(Integer.parseInt(arguments[4]));
      case "tell" -> worker.tell(Integer.parseInt(arguments[4]));
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  /** Publishes and fetches back, saying the id of each version once it is published. */
  private void publish(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      String content = own.getFileName() + " " + i;
      Version version = hub.publish(HubFixture.REPO, publication(content, 2000));
      say(version.id());
      Path fetched = hub.fetch(HubFixture.REPO, version.id(), options);
      if (!Files.readString(fetched.resolve("adapter.fft")).startsWith(content)) {
        throw new IOException("content expected " + content + " but found another");
      }
    }
  }

  /** Fetches as many repositories as {@link #repo} names, in many threads. */
  private void fetch(int count) throws IOException {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Callable<Boolean>> calls = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int number = i;
        calls.add(() -> isRight(number));
      }
      for (Future<Boolean> right : threads.invokeAll(calls)) {
        if (!right.get()) {
          throw new IOException("content expected to be that of the adapter but found another");
        }
      }
    } catch (InterruptedException | ExecutionException e) {
      throw new IOException(e);
    } finally {
      threads.shutdownNow();
    }
    say("done");
  }

  private boolean isRight(int number) throws IOException {
    Path fetched = hub.fetch(repo(number), "main", options);
    return Arrays.equals(Files.readAllBytes(fetched.resolve("adapter.fft")), content(number));
  }

  /** One of many repositories. */
  static RepoId repo(int number) {
    return RepoId.parse("acme/a" + number);
  }

  /** What its adapter holds. */
  static byte[] content(int number) {
    byte[] bytes = new byte[SIZE];
    new Random(number).nextBytes(bytes);
    return bytes;
  }

  /** Tries everything that writes, and says what became of it. */
  private void tell(int size) throws IOException {
    List<String> before = tree();
    attempt("publish", () -> hub.publish(HubFixture.REPO, publication("large", size)));
    attempt("publish new", () -> hub.publish(RepoId.parse("new/repo"), publication("x", size)));
    say("tree " + (before.equals(tree()) ? "as before" : "before " + before + " now " + tree()));
    attempt("fetch", () -> Files.size(hub.fetch(HubFixture.REPO, "main", options)) > 0);
    attempt("publish small", () -> hub.publish(HubFixture.REPO, publication("small", 0)));
    attempt("tag", () -> tag());
    say("fsck " + hub.fsck().findings());
    attempt("delete", () -> delete());
  }

  private String tag() throws IOException {
    hub.tag(HubFixture.REPO, "v1", "main");
    return "tagged";
  }

  private String delete() throws IOException {
    hub.delete(HubFixture.REPO);
    return "deleted";
  }

  private static void attempt(String what, Faults.Work<?> work) {
    try {
      work.run();
      say(what + " done");
    } catch (IOException e) {
      say(what + " " + e.getClass().getSimpleName() + " " + e.getMessage());
    }
  }

  private List<String> tree() throws IOException {
    return DurableFiles.tree(hub.root()).stream().map(Path::toString).sorted().toList();
  }

  private Publication publication(String content, int padding) throws IOException {
    byte[] bytes = (content + " ".repeat(padding)).getBytes(StandardCharsets.UTF_8);
    Path adapter = Files.write(own.resolve("adapter"), bytes);
    Path readme = Files.writeString(own.resolve("readme"), "about " + content);
    return Publication.builder().file("adapter.fft", adapter).file("README.md", readme).build();
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
