package io.fourierft.benchmarks;

import io.fourierft.AdaptedModel;
import io.fourierft.FourierFt;
import io.fourierft.FourierOptions;
import io.fourierft.TargetModules;
import io.fourierft.engine.Activations;
import io.fourierft.engine.Inputs;
import io.fourierft.importer.Head;
import io.fourierft.importer.PretrainedModel;
import io.fourierft.samples.minilm.MiniLm;
import io.fourierft.train.Batch;
import io.fourierft.train.FineTuner;
import io.fourierft.train.TrainListener;
import io.fourierft.train.TrainOptions;
import io.fourierft.train.TrainStep;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.Pointer;

/**
 * Trains the quick start's model for thousands of steps of varying length and holds heap, resident
 * memory and threads after the first 200 steps against those at the end. Then trains the same for
 * 50 steps twice more, once with activations computed again, and compares the coefficients.
 */
public final class LongRun {
  private static final int SETTLED = 200;
  private static final int LABELS = 25;
  private static final double GROWTH = 1.05;

  private final PrintStream out = System.out;

  private LongRun() {}

  private record Use(long heap, long resident, int threads) {
    static Use now() {
      System.gc();
      Runtime runtime = Runtime.getRuntime();
      return new Use(
          runtime.totalMemory() - runtime.freeMemory(),
          Pointer.physicalBytes(),
          ManagementFactory.getThreadMXBean().getThreadCount());
    }

    boolean grewTo(Use later) {
      return later.heap > heap * GROWTH + (1 << 20)
          || later.resident > resident * GROWTH
          || later.threads > threads;
    }

    @Override
    public String toString() {
      return String.format(
          "heap %.1f MB, resident %.1f MB, %d threads", heap / 1e6, resident / 1e6, threads);
    }
  }

  /**
   * Runs.
   *
   * @param arguments number of steps
   * @throws IOException if the model cannot be read
   */
  public static void main(String[] arguments) throws IOException {
    new LongRun().run(Integer.parseInt(arguments[0]));
  }

  private void run(int steps) throws IOException {
    List<Use> uses = new ArrayList<>();
    long start = System.nanoTime();
    train(
        steps,
        Activations.KEEP,
        step -> {
          if (step.step() == SETTLED || step.step() % Math.max(SETTLED, steps / 5) == 0) {
            uses.add(Use.now());
            out.printf("step %d: %s%n", step.step(), uses.get(uses.size() - 1));
          }
        });
    out.printf("%d steps in %.0f s%n", steps, (System.nanoTime() - start) / 1e9);
    float[] kept = train(50, Activations.KEEP, step -> {});
    boolean same = Arrays.equals(kept, train(50, Activations.KEEP, step -> {}));
    double recomputed = difference(kept, train(50, Activations.RECOMPUTE, step -> {}));
    boolean grew = uses.get(0).grewTo(uses.get(uses.size() - 1));
    out.printf(
        "{\"benchmark\": \"long\", \"steps\": %d, \"grew\": %b, \"same_seed_same_adapter\": %b,"
            + " \"recomputed_difference\": %.2g}%n",
        steps, grew, same, recomputed);
    if (grew || !same || recomputed > 1e-3) {
      System.exit(1);
    }
  }

  /** Largest difference over the largest number. */
  private static double difference(float[] expected, float[] found) {
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      difference = Math.max(difference, Math.abs(expected[i] - found[i]));
    }
    return difference / largest;
  }

  private interface Watch {
    void step(TrainStep step);
  }

  private static float[] train(int steps, Activations activations, Watch watch) throws IOException {
    FourierOptions fourier = FourierOptions.of(TargetModules.of("query", "value"));
    TrainOptions options =
        TrainOptions.defaults().withRates(0.01, 0.001).withActivations(activations);
    SplittableRandom random = new SplittableRandom(5);
    List<Batch> batches = new ArrayList<>();
    for (int i = 0; i < steps; i++) {
      batches.add(batch(random));
    }
    try (PretrainedModel base = MiniLm.load(Head.sentenceClassifier(LABELS), 3);
        AdaptedModel adapted =
            FourierFt.attach(base.linears(), base.parameters(), fourier, base.fresh());
        FineTuner tuner = FineTuner.of(base.network(), adapted, options)) {
      tuner.fit(
          epoch -> batches,
          new TrainListener() {
            @Override
            public void onStep(TrainStep step) {
              watch.step(step);
            }
          });
      return adapted.trainables().get(0).value().toFloatVector();
    }
  }

  private static Batch batch(SplittableRandom random) {
    int tokens = 8 * (1 + random.nextInt(3));
    int[][] ids = new int[4][tokens];
    int[][] mask = new int[4][tokens];
    int[] labels = new int[4];
    for (int row = 0; row < ids.length; row++) {
      ids[row] = random.ints(tokens, 1000, 20_000).toArray();
      Arrays.fill(mask[row], 1);
      labels[row] = random.nextInt(LABELS);
    }
    return new Batch(Inputs.tokens(ids, mask), labels);
  }
}
