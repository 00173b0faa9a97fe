package io.fourierft.benchmarks;

import io.fourierft.engine.Activations;
import io.fourierft.engine.Inputs;
import io.fourierft.engine.Parameters;
import io.fourierft.importer.Importers;
import io.fourierft.importer.PretrainedModel;
import io.fourierft.train.Batch;
import io.fourierft.train.FineTuner;
import io.fourierft.train.HeadOnly;
import io.fourierft.train.Schedule;
import io.fourierft.train.TrainListener;
import io.fourierft.train.TrainOptions;
import io.fourierft.train.Tuning;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * One training step: forward, backward, AdamW. {@code fourierft} trains an adapter and the head;
 * {@code frozen} trains the head and the bias of the very first layer norm, so that the gradient
 * flows through the whole frozen encoder.
 */
final class StepTask implements Task {
  private static final String BOTTOM = "embeddings.LayerNorm.bias";

  private final PretrainedModel base;
  private final Tuning tuning;
  private final FineTuner tuner;
  private final List<Batch> batches;

  private StepTask(
      PretrainedModel base, Tuning tuning, List<Batch> batches, Activations activations) {
    this.base = base;
    this.tuning = tuning;
    this.batches = batches;
    TrainOptions options =
        TrainOptions.defaults()
            .withSchedule(new Schedule.Constant())
            .withRates(1e-3, 1e-4)
            .withActivations(activations);
    this.tuner = FineTuner.of(base.network(), tuning, options);
  }

  static StepTask of(Spec spec) throws IOException {
    PretrainedModel base = Importers.load(spec.model());
    Batch batch = new Batch(inputs(spec), spec.labels());
    Activations activations = spec.checkpointing() ? Activations.RECOMPUTE : Activations.KEEP;
    return new StepTask(base, tuning(spec, base), List.of(batch), activations);
  }

  static Inputs inputs(Spec spec) {
    int[][] mask = new int[spec.inputIds().length][spec.inputIds()[0].length];
    for (int[] row : mask) {
      Arrays.fill(row, 1);
    }
    return Inputs.tokens(spec.inputIds(), mask);
  }

  private static Tuning tuning(Spec spec, PretrainedModel base) throws IOException {
    Parameters parameters = base.parameters();
    List<String> head = Adapters.head(base, spec);
    if (!spec.variant().equals("frozen")) {
      return Adapters.attach(base, Adapters.read(spec, base), head);
    }
    Stream<String> bottom = parameters.names().stream().filter(name -> name.endsWith(BOTTOM));
    return HeadOnly.of(parameters, Stream.concat(head.stream(), bottom).toList());
  }

  @Override
  public double run() {
    return tuner.fit(epoch -> batches, TrainListener.SILENT).losses().get(0);
  }

  @Override
  public void close() {
    tuner.close();
    tuning.close();
    base.close();
  }
}
