package io.fourierft.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ThroughputTest {
  private static final int FILES = 400;

  @TempDir Path directory;

  /** Counts the time of one core, so that other work on the machine does not matter. */
  @Test
  void readsAndVerifiesTenThousandAdaptersOfLlamaPerMinute() throws IOException {
    Adapter adapter =
        Samples.deep(
            "meta-llama/Llama-2-7b-hf",
            32,
            List.of("model.layers.%d.self_attn.q_proj", "model.layers.%d.self_attn.v_proj"),
            4096,
            1000);
    Path file = directory.resolve("llama.fft");
    AdapterFiles.write(file, adapter);
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();

    long start = threads.getCurrentThreadCpuTime();
    long layers = 0;
    for (int i = 0; i < FILES; i++) {
      layers += AdapterFiles.read(file).layers().size();
    }
    double seconds = (threads.getCurrentThreadCpuTime() - start) / 1e9;

    double perMinute = FILES / seconds * 60;
    System.out.printf("adapters of LLaMA-2-7B read and verified per minute: %.0f%n", perMinute);
    assertThat(layers).isEqualTo(64L * FILES);
    assertThat(perMinute).isGreaterThan(10_000);
  }
}
