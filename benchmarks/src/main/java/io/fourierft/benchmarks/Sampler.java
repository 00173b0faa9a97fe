package io.fourierft.benchmarks;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Where the time of a training step goes: the stack of the thread that trains, looked at about
 * every millisecond and named after the operation it is in. Threads that help it are not looked at;
 * they work on the same operation.
 */
final class Sampler {
  private static final String OURS = "io.fourierft.";

  /** What a stack is in, if it has a frame of this class whose method begins so; first one wins. */
  private record Rule(String type, String method, String operation) {
    boolean matches(StackTraceElement frame) {
      String name = frame.getClassName();
      return name.startsWith(OURS)
          && name.endsWith("." + type)
          && frame.getMethodName().startsWith(method);
    }
  }

  private static final List<Rule> RULES =
      List.of(
          new Rule("SpectralWeight", "accumulate", "gradient of the coefficients"),
          new Rule("FoldedGemm", "materialise", "weight change"),
          new Rule("SpectralWeight", "value", "weight change"),
          new Rule("TokenForm", "add", "weight change"),
          new Rule("HostPasses", "softmax", "softmax"),
          new Rule("StockPasses", "softmax", "softmax"),
          new Rule("AttentionKernel", "", "attention products"),
          new Rule("HostPasses", "addRow", "biases"),
          new Rule("LinearKernel", "backward", "linear products, backward"),
          new Rule("LinearKernel", "forward", "linear products, forward"),
          new Rule("ActivationKernel", "", "activation"),
          new Rule("LayerNormKernel", "", "norms"),
          new Rule("RmsNormKernel", "", "norms"),
          new Rule("AdamW", "", "optimiser"),
          new Rule("FineTuner", "keep", "optimiser"),
          new Rule("FineTuner", "gradientNorm", "optimiser"));

  private final Map<String, Integer> counts = new LinkedHashMap<>();
  private int samples;

  private Sampler() {}

  /** Milliseconds of one run by operation. */
  static Map<String, Double> profile(Task task, int runs) throws IOException {
    Sampler sampler = new Sampler();
    Thread worker = Thread.currentThread();
    AtomicBoolean done = new AtomicBoolean();
    Thread watch = new Thread(() -> sampler.watch(worker, done), "sampler");
    watch.setDaemon(true);
    long start = System.nanoTime();
    watch.start();
    for (int i = 0; i < runs; i++) {
      task.run();
    }
    double milliseconds = (System.nanoTime() - start) / 1e6 / runs;
    done.set(true);
    try {
      watch.join();
    } catch (InterruptedException e) {
      throw new IOException("profile expected to end but was interrupted", e);
    }
    Map<String, Double> result = new LinkedHashMap<>();
    sampler.counts.forEach(
        (operation, count) -> result.put(operation, count * milliseconds / sampler.samples));
    return result;
  }

  private void watch(Thread worker, AtomicBoolean done) {
    while (!done.get()) {
      counts.merge(operation(worker.getStackTrace()), 1, Integer::sum);
      samples++;
      try {
        Thread.sleep(1);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private static String operation(StackTraceElement[] stack) {
    for (Rule rule : RULES) {
      for (StackTraceElement frame : stack) {
        if (rule.matches(frame)) {
          return rule.operation();
        }
      }
    }
    return "rest";
  }
}
