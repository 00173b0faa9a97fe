package io.fourierft.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fourierft.AdaptedModel;
import io.fourierft.FourierFt;
import io.fourierft.FourierOptions;
import io.fourierft.TargetModules;
import io.fourierft.TinyEncoder;
import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterLayer;
import io.fourierft.adapter.NamedTensor;
import io.fourierft.engine.DirectModel;
import io.fourierft.engine.Parameters;
import io.fourierft.safetensors.SafetensorsFile;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Twenty steps against PEFT's; tools/reference/trajectory.py made the goldens. */
class TrajectoryTest {
  private static final TinyEncoder ENCODER = new TinyEncoder(2, 32, 4, 64, 100, 5);
  private static final String PEFT = "base_model.model.";

  private final TrajectoryGolden golden = TrajectoryGolden.open();

  @Test
  void lossesGradientsAndWeightChangeAreThoseOfPeft() throws Exception {
    try (SafetensorsFile file = golden.tensors();
        Parameters parameters = golden.parameters(file);
        AdaptedModel model = model(parameters, file);
        FineTuner tuner = FineTuner.of(ENCODER, model, golden.options())) {
      firstGradients(file, parameters, model);
      TrainReport report = tuner.fit(epoch -> golden.batches(), TrainListener.SILENT);

      double worst = 0;
      for (int i = 0; i < 20; i++) {
        double expected = golden.loss(i);
        worst = Math.max(worst, Math.abs(report.losses().get(i) / expected - 1));
      }
      System.out.printf("largest relative deviation of 20 losses: %.2e%n", worst);
      assertThat(report.losses()).hasSize(20);
      assertThat(worst).isLessThan(1e-3);
      String module = "encoder.layer.1.attention.self.query";
      assertClose(model.delta(module), file.floats("delta." + module), 1e-3);
    }
  }

  /** The gradients of the first batch, before any step. */
  private void firstGradients(SafetensorsFile file, Parameters parameters, AdaptedModel model)
      throws Exception {
    Batch batch = golden.batches().get(0);
    try (DirectModel direct = DirectModel.of(ENCODER, parameters)) {
      direct.backward(batch.inputs(), new CrossEntropy(batch.labels(), 0));
    }
    List<Trainable> trainables = model.trainables();
    float[] found = trainables.get(0).gradient().toFloatVector();
    for (int i = 0; i < model.modules().size(); i++) {
      String module = model.modules().get(i);
      float[] expected = file.floats("gradient." + PEFT + module + ".fourierft_spectrum");
      double largest = 0;
      for (float value : expected) {
        largest = Math.max(largest, Math.abs(value));
      }
      for (int l = 0; l < expected.length; l++) {
        assertThat((double) found[i * expected.length + l])
            .as("%s[%d]", module, l)
            .isCloseTo(expected[l], within(1e-4 * largest));
      }
    }
    trainables.forEach(trainable -> trainable.gradient().assign(0));
  }

  private static void assertClose(INDArray found, float[] expected, double tolerance) {
    float[] values = found.reshape(-1).toFloatVector();
    double largest = 0;
    double worst = 0;
    for (int i = 0; i < values.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      worst = Math.max(worst, Math.abs(values[i] - expected[i]));
    }
    assertThat(worst / largest).isLessThan(tolerance);
  }

  private AdaptedModel model(Parameters parameters, SafetensorsFile file) throws Exception {
    FourierOptions method =
        FourierOptions.of(TargetModules.of("query", "value"))
            .withNFrequency(golden.number("n_frequency").intValue())
            .withScaling(golden.number("scaling").doubleValue());
    AdaptedModel model =
        FourierFt.attach(ENCODER.linears(), parameters, method, TinyEncoder.head());
    Adapter.Builder initial = Adapter.builder().scaling(method.scaling()).rule(method.rule());
    for (String module : model.modules()) {
      float[] spectrum = file.floats("initial." + PEFT + module + ".fourierft_spectrum");
      initial.addLayer(new AdapterLayer(module, 32, 32, spectrum));
    }
    for (String name : TinyEncoder.head()) {
      float[] head = file.floats("initial." + name);
      initial.addTensor(new NamedTensor(name, parameters.value(name).shape(), head));
    }
    model.load(initial.build());
    return model;
  }
}
