package io.fourierft.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fourierft.AdaptedModel;
import io.fourierft.FourierFt;
import io.fourierft.FourierOptions;
import io.fourierft.TargetModules;
import io.fourierft.TinyEncoder;
import io.fourierft.engine.Activations;
import io.fourierft.engine.Arena;
import io.fourierft.engine.DirectModel;
import io.fourierft.engine.Parameters;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;

class FineTunerTest {
  private static final TinyEncoder ENCODER = new TinyEncoder(3, 12, 3, 20, 31, 2);
  private static final Bucketing BUCKETING = new Bucketing(8, 0, 5);
  private static final FourierOptions OPTIONS =
      FourierOptions.of(TargetModules.of("query", "value")).withNFrequency(40);
  private static final TrainOptions TRAINING =
      TrainOptions.defaults().withRates(0.03, 0.05).withEpochs(8).withClipNorm(5);

  /** Whether most tokens of a text are small. */
  private static List<Example> examples() {
    SplittableRandom random = new SplittableRandom(3);
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < 160; i++) {
      int[] ids = random.ints(3 + random.nextInt(6), 0, 31).toArray();
      examples.add(
          new Example(
              ids, 2 * IntStream.of(ids).filter(id -> id < 15).count() > ids.length ? 1 : 0));
    }
    return examples;
  }

  private record Result(TrainReport report, float[] values) {}

  private static Result train(TrainOptions options, TrainListener listener) {
    try (Parameters parameters = ENCODER.parameters(DataType.FLOAT, 9);
        AdaptedModel model =
            FourierFt.attach(ENCODER.linears(), parameters, OPTIONS, TinyEncoder.head());
        FineTuner tuner = FineTuner.of(ENCODER, model, options)) {
      TrainReport report = tuner.fit(epoch -> BUCKETING.epoch(examples(), epoch), listener);
      return new Result(report, model.trainables().get(0).value().toFloatVector());
    }
  }

  @Test
  void theLossFallsAndTheSameSeedGivesTheSameAdapter() {
    Result first = train(TRAINING, TrainListener.SILENT);
    Result second = train(TRAINING, TrainListener.SILENT);
    List<Double> losses = first.report().losses();
    assertThat(losses).hasSize(160);
    assertThat(mean(losses.subList(140, 160))).isLessThan(0.8 * mean(losses.subList(0, 20)));
    assertThat(second.values()).isEqualTo(first.values());
    assertThat(second.report().losses()).isEqualTo(losses);
  }

  @Test
  void theAdapterIsTheSameWithAndWithoutReusedBuffersAndKeptActivations() {
    float[] plain = train(TRAINING, TrainListener.SILENT).values();
    for (Activations activations : Activations.values()) {
      TrainOptions options = TRAINING.withActivations(activations);
      assertThat(train(options, TrainListener.SILENT).values()).isEqualTo(plain);
      assertThat(withoutReuse(options)).isEqualTo(plain);
    }
  }

  private static float[] withoutReuse(TrainOptions options) {
    Arena arena = Arena.withoutReuse(DataType.FLOAT);
    try (Parameters parameters = ENCODER.parameters(DataType.FLOAT, 9);
        AdaptedModel model =
            FourierFt.attach(ENCODER.linears(), parameters, OPTIONS, TinyEncoder.head());
        FineTuner tuner =
            FineTuner.of(
                DirectModel.of(ENCODER, model.parameters(), options.activations(), arena),
                model,
                options)) {
      tuner.fit(epoch -> BUCKETING.epoch(examples(), epoch), TrainListener.SILENT);
      return model.trainables().get(0).value().toFloatVector();
    }
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }

  @Test
  void aStoppedTrainingGoesOnAsIfItHadNotStopped(@TempDir Path folder) throws Exception {
    float[] straight = train(TRAINING, TrainListener.SILENT).values();
    Path checkpoint = folder.resolve("training.checkpoint");
    try (Parameters parameters = ENCODER.parameters(DataType.FLOAT, 9);
        AdaptedModel model =
            FourierFt.attach(ENCODER.linears(), parameters, OPTIONS, TinyEncoder.head());
        FineTuner tuner = FineTuner.of(ENCODER, model, TRAINING)) {
      TrainListener stopper =
          new TrainListener() {
            @Override
            public void onStep(TrainStep step) {
              if (step.step() == 33) {
                tuner.stop();
              }
            }
          };
      TrainReport report =
          tuner.fit(epoch -> BUCKETING.epoch(examples(), epoch), stopper, checkpoint);
      assertThat(report.stopped()).isTrue();
      assertThat(report.losses()).hasSize(33);
    }
    try (Parameters parameters = ENCODER.parameters(DataType.FLOAT, 9);
        AdaptedModel model =
            FourierFt.attach(ENCODER.linears(), parameters, OPTIONS, TinyEncoder.head());
        FineTuner tuner = FineTuner.of(ENCODER, model, TRAINING)) {
      TrainReport report =
          tuner.fit(epoch -> BUCKETING.epoch(examples(), epoch), TrainListener.SILENT, checkpoint);
      assertThat(report.losses()).hasSize(160 - 33);
      assertThat(model.trainables().get(0).value().toFloatVector()).isEqualTo(straight);
    }
    assertThat(checkpoint).doesNotExist();
  }

  @Test
  void aDamagedCheckpointIsNamedAndNothingIsLoaded(@TempDir Path folder) throws Exception {
    Path checkpoint = folder.resolve("training.checkpoint");
    try (Parameters parameters = ENCODER.parameters(DataType.FLOAT, 9);
        AdaptedModel model =
            FourierFt.attach(ENCODER.linears(), parameters, OPTIONS, TinyEncoder.head())) {
      try (AdamW optimiser = new AdamW(model.trainables())) {
        Checkpoint.write(checkpoint, new Position(1, 2), optimiser);
        byte[] bytes = Files.readAllBytes(checkpoint);
        for (int at : new int[] {0, 5, 40, bytes.length / 2, bytes.length - 1}) {
          byte[] damaged = bytes.clone();
          damaged[at] ^= 4;
          Files.write(checkpoint, damaged);
          assertThatThrownBy(() -> Checkpoint.read(checkpoint, optimiser))
              .hasMessageStartingWith("checkpoint expected")
              .hasMessageContaining(checkpoint.toString());
        }
        Files.write(checkpoint, Arrays.copyOf(bytes, bytes.length - 7));
        assertThatThrownBy(() -> Checkpoint.read(checkpoint, optimiser))
            .hasMessageStartingWith("checkpoint expected");
        assertThat(model.trainables().get(0).value().amaxNumber().doubleValue()).isZero();
      }
    }
  }

  @Test
  void aLossThatIsNoNumberStopsAndKeepsTheLastGoodValues() {
    TrainOptions wild = TRAINING.withRates(1e37, 1e37).withClipNorm(Double.POSITIVE_INFINITY);
    try (Parameters parameters = ENCODER.parameters(DataType.FLOAT, 9);
        AdaptedModel model =
            FourierFt.attach(ENCODER.linears(), parameters, OPTIONS, TinyEncoder.head());
        FineTuner tuner = FineTuner.of(ENCODER, model, wild)) {
      assertThatThrownBy(
              () -> tuner.fit(epoch -> BUCKETING.epoch(examples(), epoch), TrainListener.SILENT))
          .isInstanceOf(TrainingDiverged.class)
          .hasMessageContaining("at step ")
          .hasMessageContaining("lower them");
      for (float value : model.trainables().get(0).value().toFloatVector()) {
        assertThat(value).isFinite();
      }
    }
  }

  @Test
  void accumulatedBatchesGiveTheStepOfOneLargeBatch() {
    List<Example> examples =
        examples().stream().filter(example -> example.ids().length == 5).limit(16).toList();
    Bucketing whole = new Bucketing(16, 0, 1);
    Bucketing parts = new Bucketing(4, 0, 1);
    float[] large = once(TRAINING, whole.inOrder(examples));
    float[] accumulated = once(TRAINING.withAccumulation(4), parts.inOrder(examples));
    for (int i = 0; i < large.length; i++) {
      assertThat(accumulated[i]).isCloseTo(large[i], within(2e-3f));
    }
  }

  private static float[] once(TrainOptions options, List<Batch> batches) {
    TrainOptions constant = options.withSchedule(new Schedule.Constant()).withEpochs(3);
    try (Parameters parameters = ENCODER.parameters(DataType.FLOAT, 9);
        AdaptedModel model =
            FourierFt.attach(ENCODER.linears(), parameters, OPTIONS, TinyEncoder.head());
        FineTuner tuner = FineTuner.of(ENCODER, model, constant)) {
      tuner.fit(epoch -> batches, TrainListener.SILENT);
      return model.trainables().get(0).value().toFloatVector();
    }
  }
}
