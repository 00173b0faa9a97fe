package io.fourierft.hub;

import static io.fourierft.hub.HubFixture.REPO;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class DirectoryHubConcurrencyTest {
  private static final int THREADS = 6;
  private static final int ROUNDS = 6;
  private static final int CROWD = 4;

  @TempDir Path directory;

  @Test
  void publishersInThreadsLoseNothingAndMakeOneLine() throws Exception {
    HubFixture fixture = new HubFixture(directory);
    List<List<String>> published =
        inThreads(
            thread -> {
              DirectoryHub hub = DirectoryHub.open(fixture.root);
              List<String> ids = new ArrayList<>();
              for (int round = 0; round < ROUNDS; round++) {
                String content = thread + "-" + round;
                Path source = fixture.source(content, content);
                Publication publication = Publication.builder().file("adapter.fft", source).build();
                ids.add(hub.publish(REPO, publication).id());
                assertThat(hub.fsck().damage()).isEmpty();
              }
              return ids;
            });

    List<String> all = published.stream().flatMap(List::stream).toList();
    requireOneLine(fixture.hub, all);
    assertThat(fixture.hub.fsck().findings()).isEmpty();
  }

  @Test
  void expectedParentsMakeACounterOfManyThreadsExact() throws Exception {
    HubFixture fixture = new HubFixture(directory);
    fixture.hub.publish(REPO, fixture.adapter("0").build());

    inThreads(
        thread -> {
          Path source = fixture.sources.resolve("thread" + thread);
          for (int round = 0; round < ROUNDS; round++) {
            while (!increment(fixture, source)) {
              Thread.onSpinWait();
            }
          }
          return List.of();
        });

    assertThat(fixture.fetched("main")).isEqualTo("" + THREADS * ROUNDS);
    assertThat(fixture.hub.history(REPO)).hasSize(THREADS * ROUNDS + 1);
  }

  private static boolean increment(HubFixture fixture, Path source) throws IOException {
    String head = fixture.hub.resolve(REPO, "main").id();
    Files.writeString(source, "" + (Integer.parseInt(fixture.fetched(head)) + 1));
    try {
      fixture.hub.publish(
          REPO, Publication.builder().file("adapter.fft", source).expectedParent(head).build());
      return true;
    } catch (HubException.Conflict e) {
      return false;
    }
  }

  @Test
  void publishersInProcessesLoseNothingAndMakeOneLine() throws Exception {
    Path root = directory.resolve("hub");
    int count = 8;
    List<WorkerProcess> workers = new ArrayList<>();
    List<String> all = new ArrayList<>();
    try {
      for (int i = 0; i < 4; i++) {
        workers.add(worker(root, "worker" + i, count));
      }
      for (WorkerProcess worker : workers) {
        worker.go();
      }
      for (WorkerProcess worker : workers) {
        all.addAll(worker.finish());
      }
    } finally {
      workers.forEach(WorkerProcess::close);
    }

    assertThat(all).hasSize(4 * count);
    DirectoryHub hub = DirectoryHub.open(root);
    requireOneLine(hub, all);
    assertThat(hub.fsck().findings()).isEmpty();
    assertThat(DurableFiles.list(directory.resolve("cache/tmp"))).isEmpty();
  }

  @Test
  void deletionsAmongPublicationsLeaveAWholeHub() throws Exception {
    long seed = System.nanoTime();
    System.out.println("deletionsAmongPublicationsLeaveAWholeHub: seed " + seed);
    HubFixture fixture = new HubFixture(directory);

    inThreads(
        thread -> {
          Random random = new Random(seed + thread);
          Path source = fixture.sources.resolve("thread" + thread);
          for (int round = 0; round < 2 * ROUNDS; round++) {
            Files.writeString(source, thread + "-" + round);
            disturb(fixture, random.nextInt(4), source);
          }
          return List.of();
        });

    assertThat(fixture.hub.fsck().damage()).isEmpty();
    Version last = fixture.publish("last");
    assertThat(fixture.hub.resolve(REPO, "main")).isEqualTo(last);
    assertThat(fixture.fetched("main")).isEqualTo("last");
  }

  private static void disturb(HubFixture fixture, int choice, Path source) throws IOException {
    try {
      switch (choice) {
        case 0 -> fixture.hub.delete(REPO);
        case 1 -> fixture.hub.tag(REPO, "v1", "main");
        default ->
            fixture.hub.publish(REPO, Publication.builder().file("adapter.fft", source).build());
      }
    } catch (HubException.NotFound e) {
      // Another thread has just deleted the repository.
      assertThat(e).hasMessageContaining("acme/reviews");
    }
  }

  @Test
  void fetchesIntoOneCacheAreAllRightAndLeaveNothingElse() throws Exception {
    HubFixture fixture = new HubFixture(directory);
    for (int i = 0; i < ROUNDS; i++) {
      fixture.publish("content " + i);
    }
    List<Version> versions = fixture.hub.history(REPO);

    inThreads(
        thread -> {
          for (int i = 0; i < 5 * ROUNDS; i++) {
            int number = i % ROUNDS;
            String id = versions.get(ROUNDS - 1 - number).id();
            Path fetched = fixture.hub.fetch(REPO, id, fixture.options);
            assertThat(fetched.resolve("adapter.fft")).hasContent("content " + number);
            // Damage that the others find, twice in each copy: fewer times than a fetch tries.
            if (thread == 0 && i < 2 * ROUNDS) {
              Files.writeString(fetched.resolve("extra"), "x");
            }
          }
          return List.of();
        });
    for (Version version : versions) {
      assertThat(DurableFiles.list(fixture.hub.fetch(REPO, version.id(), fixture.options)))
          .hasSize(1);
    }

    assertThat(DurableFiles.list(fixture.options.cache().resolve("tmp"))).isEmpty();
    assertThat(DurableFiles.list(fixture.options.cache().resolve("directory/acme--reviews")))
        .hasSize(ROUNDS);
  }

  @Test
  void publishersAndFetchersKilledAtAnyMomentLoseNothingThatWasPublished() throws Exception {
    int kills = Integer.getInteger("fourierft.hub.kills", 100);
    long seed = System.nanoTime();
    System.out.println("publishersAndFetchersKilled...: seed " + seed + ", " + kills + " kills");
    Random random = new Random(seed);
    Path root = directory.resolve("hub");
    List<String> published = new ArrayList<>();
    for (int kill = 0; kill < kills; kill += CROWD) {
      published.addAll(killed(root, kill, random));
      DirectoryHub hub = DirectoryHub.open(root);
      assertThat(hub.fsck().damage()).as("after kill %d", kill + CROWD).isEmpty();
    }

    System.out.println("published " + published.size() + " versions in " + kills + " lives");
    DirectoryHub hub = DirectoryHub.open(root);
    List<String> history = hub.history(REPO).stream().map(Version::id).toList();
    assertThat(history).containsAll(published).doesNotHaveDuplicates();
    FetchOptions options = FetchOptions.defaults().withCache(directory.resolve("cache"));
    for (String id : history) {
      assertThat(hub.fetch(REPO, id, options)).isDirectoryContaining("glob:**adapter.fft");
    }
    hub.clean(Duration.ZERO);
    assertThat(hub.fsck().findings()).isEmpty();
  }

  /** Several lives at a time, each ended by a kill; what they said they had published. */
  private List<String> killed(Path root, int number, Random random) throws Exception {
    List<String> published = new ArrayList<>();
    List<WorkerProcess> workers = new ArrayList<>();
    try {
      for (int i = 0; i < CROWD; i++) {
        workers.add(worker(root, "worker" + (number + i), 100_000));
      }
      for (WorkerProcess worker : workers) {
        worker.go();
      }
      for (WorkerProcess worker : workers) {
        published.addAll(worker.read(random.nextInt(2)));
        published.addAll(worker.kill(random.nextInt(60_000)));
      }
    } finally {
      workers.forEach(WorkerProcess::close);
    }
    return published;
  }

  private WorkerProcess worker(Path root, String name, int count) throws IOException {
    return WorkerProcess.start(
        "publish",
        root.toString(),
        directory.resolve(name).toString(),
        directory.resolve("cache").toString(),
        "" + count);
  }

  private static void requireOneLine(DirectoryHub hub, List<String> published) throws IOException {
    List<Version> history = hub.history(REPO);
    assertThat(history.stream().map(Version::id).collect(Collectors.toSet()))
        .hasSameSizeAs(history)
        .hasSameSizeAs(published)
        .containsAll(published);
    for (int i = 0; i + 1 < history.size(); i++) {
      assertThat(history.get(i).parents()).containsExactly(history.get(i + 1).id());
    }
  }

  /** Work of one thread. */
  private interface Work<T> {
    T run(int thread) throws Exception;
  }

  private static <T> List<T> inThreads(Work<T> work) throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(THREADS);
    try {
      List<Callable<T>> calls =
          IntStream.range(0, THREADS)
              .mapToObj(thread -> (Callable<T>) () -> work.run(thread))
              .toList();
      List<T> results = new ArrayList<>();
      for (Future<T> future : executor.invokeAll(calls)) {
        results.add(future.get());
      }
      return results;
    } finally {
      executor.shutdownNow();
    }
  }
}
