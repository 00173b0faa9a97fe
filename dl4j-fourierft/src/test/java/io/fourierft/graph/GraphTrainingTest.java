package io.fourierft.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fourierft.Adapted;
import io.fourierft.FourierFt;
import io.fourierft.FourierOptions;
import io.fourierft.TargetModules;
import io.fourierft.adapter.Adapter;
import io.fourierft.train.TrainListener;
import io.fourierft.train.TrainOptions;
import io.fourierft.train.TrainStep;
import io.fourierft.train.TrainingDiverged;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.autodiff.samediff.internal.InferenceSession;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.learning.config.Adam;

class GraphTrainingTest {
  private static final long SEED = Long.getLong("test.seed", 20261124);
  private static final List<String> BASE =
      List.of("words", "first.weight", "second/W", "third", "third_b", "kernel");
  private static final FourierOptions OPTIONS =
      FourierOptions.of(TargetModules.of("first", "second", "third", "kernel", "words"))
          .withNFrequency(12)
          .withScaling(30)
          .withModulesToSave("head");

  @TempDir private Path folder;

  private static void train(SampleGraph sample, int steps) {
    Map<String, INDArray> inputs = sample.inputs();
    MultiDataSet data =
        new MultiDataSet(
            new INDArray[] {inputs.get("ids"), inputs.get("image")},
            new INDArray[] {inputs.get("labels")});
    for (int i = 0; i < steps; i++) {
      sample.graph().fit(data);
    }
  }

  private static void configure(SampleGraph sample) {
    sample
        .graph()
        .setTrainingConfig(
            TrainingConfig.builder()
                .updater(new Adam(0.02))
                .dataSetFeatureMapping("ids", "image")
                .dataSetLabelMapping("labels")
                .minimize("loss")
                .build());
  }

  @Test
  void fitTrainsTheAdapterAndNothingElseAndTheSavedGraphTrainsOn() throws Exception {
    SampleGraph sample = SampleGraph.of(DataType.FLOAT, SEED);
    SampleGraph untouched = SampleGraph.of(DataType.FLOAT, SEED);
    AdaptedGraph adapted = FourierFt.attach(sample.graph(), OPTIONS);
    configure(sample);
    double before = sample.loss();
    train(sample, 60);
    double trained = sample.loss();
    assertThat(trained).isLessThan(0.5 * before);
    requireBase(sample, untouched);

    File file = folder.resolve("adapted.fb").toFile();
    sample.graph().save(file, true);
    SampleGraph loaded = SampleGraph.around(SameDiff.load(file, true), DataType.FLOAT, SEED);
    assertThat(loaded.loss()).isCloseTo(trained, within(1e-6));
    train(loaded, 30);
    assertThat(loaded.loss()).isLessThan(0.9 * trained);
    requireBase(loaded, untouched);

    INDArray expected = sample.output();
    Adapter adapter = adapted.toAdapter(Adapted.DEFAULT).build();
    adapted.close();
    assertThat(sample.output()).isEqualTo(untouched.output());
    try (AdaptedGraph fresh = FourierFt.attach(untouched.graph(), OPTIONS)) {
      fresh.add("trained", adapter);
      fresh.activate("trained");
      assertThat(untouched.output()).isEqualTo(expected);
    }
  }

  private static void requireBase(SampleGraph sample, SampleGraph untouched) {
    for (String name : BASE) {
      assertThat(sample.graph().getVariable(name).getArr())
          .as(name)
          .isEqualTo(untouched.graph().getVariable(name).getArr());
    }
  }

  @Test
  void aGraphThatWasTrainedAsAWholeTrainsItsAdapterAndThenItselfAgain() {
    SampleGraph sample = SampleGraph.of(DataType.FLOAT, SEED);
    configure(sample);
    train(sample, 3);
    INDArray first = sample.graph().getVariable("first.weight").getArr().dup();
    double whole = sample.loss();
    try (AdaptedGraph adapted = FourierFt.attach(sample.graph(), OPTIONS)) {
      train(sample, 20);
      assertThat(sample.loss()).isLessThan(whole);
      adapted.disable();
      assertThat(sample.loss()).isCloseTo(whole, within(1e-6));
      adapted.activate(Adapted.DEFAULT);
      train(sample, 3);
      assertThat(sample.graph().getVariable("first.weight").getArr()).isEqualTo(first);
    }
    train(sample, 3);
    assertThat(sample.graph().getVariable("first.weight").getArr()).isNotEqualTo(first);
    assertThat(sample.loss()).isLessThan(whole);
  }

  @Test
  void sessionsAreGivenUpBeforeTheyGrow() {
    SampleGraph sample = SampleGraph.of(DataType.FLOAT, SEED);
    Map<InferenceSession, Integer> steps = new IdentityHashMap<>();
    try (AdaptedGraph adapted = FourierFt.attach(sample.graph(), OPTIONS);
        GraphTuner tuner =
            GraphTuner.of(adapted, "loss", TrainOptions.defaults().withRates(0.001, 0.001))) {
      Map<String, INDArray> batch = sample.inputs();
      int before = sample.graph().getSessions().size();
      TrainListener watch =
          new TrainListener() {
            @Override
            public void onStep(TrainStep step) {
              Map<Long, InferenceSession> live = sample.graph().getFunction("grad").getSessions();
              assertThat(live).hasSize(1);
              live.values().forEach(session -> steps.merge(session, 1, Integer::sum));
            }
          };
      tuner.fit(epoch -> Collections.nCopies(210, batch), watch);
      assertThat(sample.graph().getSessions()).hasSize(before);
    }
    assertThat(steps).hasSize(2);
    assertThat(steps.values()).allMatch(number -> number <= 200);
  }

  @Test
  void aTrainingThatDivergesKeepsTheLastGoodValues() {
    SampleGraph sample = SampleGraph.of(DataType.FLOAT, SEED);
    try (AdaptedGraph adapted = FourierFt.attach(sample.graph(), OPTIONS);
        GraphTuner tuner =
            GraphTuner.of(adapted, "loss", TrainOptions.defaults().withRates(0.05, 0.01))) {
      double before = sample.loss();
      Map<String, INDArray> good = sample.inputs();
      Map<String, INDArray> broken = sample.inputs();
      broken.get("image").putScalar(0, Float.NaN);
      List<Map<String, INDArray>> batches = new ArrayList<>(Collections.nCopies(5, good));
      batches.add(broken);
      assertThatThrownBy(() -> tuner.fit(epoch -> batches, TrainListener.SILENT))
          .isInstanceOf(TrainingDiverged.class)
          .hasMessageContaining("at step 6");
      assertThat(sample.loss()).isFinite().isLessThan(before);
      adapted.disable();
      assertThatThrownBy(adapted::trained)
          .hasMessage("training expected one active adapter of weight 1 but found {}");
    }
  }
}
