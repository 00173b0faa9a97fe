package io.fourierft.benchmarks;

import io.fourierft.AdaptedModel;
import io.fourierft.FourierFt;
import io.fourierft.FourierOptions;
import io.fourierft.TargetModules;
import io.fourierft.engine.Activations;
import io.fourierft.engine.Arena;
import io.fourierft.engine.DirectModel;
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
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Trains the quick start's model for thousands of steps of varying length and holds heap, resident
 * memory and threads after the first 200 steps against those at the end. Then trains for 50 steps
 * four times: twice alike, once with activations computed again, once with new memory for each
 * array, and compares the coefficients, which have to be the same to the bit.
 */
public final class LongRun {
  private static final int SETTLED = 200;
  private static final int LABELS = 25;
  private static final double GROWTH = 1.05;

  private final PrintStream out = System.out;

  private LongRun() {}

  private record Use(long heap, long resident, int threads) {
    /**
     * The least heap after several collections: three of four leave up to 5 % of dead objects where
     * they are, and what ND4J frees goes after the collection that finds it.
     */
    static Use now() {
      Runtime runtime = Runtime.getRuntime();
      long heap = Long.MAX_VALUE;
      for (int i = 0; i < 8; i++) {
        System.gc();
        heap = Math.min(heap, runtime.totalMemory() - runtime.freeMemory());
      }
      return new Use(
          heap, Pointer.physicalBytes(), ManagementFactory.getThreadMXBean().getThreadCount());
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
    float[] first = train(50, Activations.KEEP, step -> {});
    boolean same = Arrays.equals(first, train(50, Activations.KEEP, step -> {}));
    boolean recomputed = Arrays.equals(first, train(50, Activations.RECOMPUTE, step -> {}));
    Arena fresh = Arena.withoutReuse(DataType.FLOAT);
    boolean unpooled = Arrays.equals(first, train(50, Activations.KEEP, fresh, step -> {}));
    boolean grew = uses.get(0).grewTo(uses.get(uses.size() - 1));
    out.printf(
        "{\"benchmark\": \"long\", \"steps\": %d, \"grew\": %b, \"same_seed_same_adapter\": %b,"
            + " \"same_recomputed\": %b, \"same_without_arena\": %b}%n",
        steps, grew, same, recomputed, unpooled);
    if (grew || !same || !recomputed || !unpooled) {
      System.exit(1);
    }
  }

  private interface Watch {
    void step(TrainStep step);
  }

  private static float[] train(int steps, Activations activations, Watch watch) throws IOException {
    return train(steps, activations, Arena.of(DataType.FLOAT), watch);
  }

  private static float[] train(int steps, Activations activations, Arena arena, Watch watch)
      throws IOException {
    FourierOptions fourier = FourierOptions.of(TargetModules.of("query", "value"));
    TrainOptions options = TrainOptions.defaults().withRates(0.01, 0.001);
    SplittableRandom random = new SplittableRandom(5);
    List<Batch> batches = new ArrayList<>();
    for (int i = 0; i < steps; i++) {
      batches.add(batch(random));
    }
    try (PretrainedModel base = MiniLm.load(Head.sentenceClassifier(LABELS), 3);
        AdaptedModel adapted =
            FourierFt.attach(base.linears(), base.parameters(), fourier, base.fresh());
        FineTuner tuner =
            FineTuner.of(
                DirectModel.of(base.network(), adapted.parameters(), activations, arena),
                adapted,
                options)) {
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
