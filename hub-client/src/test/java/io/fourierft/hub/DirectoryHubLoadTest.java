package io.fourierft.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several processes of many threads fetch the same adapters through one cache. */
@Timeout(300)
class DirectoryHubLoadTest {
  private static final int PROCESSES = 4;
  private static final int PUBLISHERS = 8;

  @TempDir Path directory;

  @Test
  void fourProcessesFetchAThousandAdaptersThroughOneCache() throws Exception {
    int count = Integer.getInteger("fourierft.hub.adapters", 1000);
    Path root = directory.resolve("hub");
    publish(root, count);
    Path cache = directory.resolve("cache");
    List<WorkerProcess> workers = new ArrayList<>();
    double seconds;
    try {
      for (int i = 0; i < PROCESSES; i++) {
        String own = directory.resolve("own" + i).toString();
        workers.add(WorkerProcess.start("fetch", "" + root, own, "" + cache, "" + count));
      }
      long start = System.nanoTime();
      for (WorkerProcess worker : workers) {
        worker.go();
      }
      for (WorkerProcess worker : workers) {
        assertThat(worker.finish()).containsExactly("done");
      }
      seconds = (System.nanoTime() - start) / 1e9;
    } finally {
      workers.forEach(WorkerProcess::close);
    }
    System.out.printf(
        "%d processes fetched %d adapters each from a directory: %.0f fetches/s%n",
        PROCESSES, count, PROCESSES * count / seconds);
    assertThat(DurableFiles.list(cache.resolve("tmp"))).isEmpty();
    assertThat(DurableFiles.list(cache.resolve("directory"))).hasSize(count);
  }

  private void publish(Path root, int count) throws Exception {
    DirectoryHub hub = DirectoryHub.open(root);
    ExecutorService threads = Executors.newFixedThreadPool(PUBLISHERS);
    try {
      List<Callable<Version>> calls = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int number = i;
        calls.add(() -> publish(hub, number));
      }
      for (Future<Version> version : threads.invokeAll(calls)) {
        version.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private Version publish(DirectoryHub hub, int number) throws IOException {
    Path source = Files.write(directory.resolve("source" + number), HubWorker.content(number));
    return hub.publish(
        HubWorker.repo(number), Publication.builder().file("adapter.fft", source).build());
  }
}
