package io.fourierft.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fourierft.Adapted;
import io.fourierft.FourierFt;
import io.fourierft.FourierOptions;
import io.fourierft.TargetModules;
import io.fourierft.TinyEncoder;
import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterLayer;
import io.fourierft.adapter.NamedTensor;
import io.fourierft.engine.Parameters;
import io.fourierft.engine.SameDiffModel;
import io.fourierft.graph.AdaptedGraph;
import io.fourierft.graph.GraphTuner;
import io.fourierft.safetensors.SafetensorsFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The twenty steps of PEFT, with an adapted SameDiff graph and its automatic gradients. */
class GraphTrajectoryTest {
  private static final TinyEncoder ENCODER = new TinyEncoder(2, 32, 4, 64, 100, 5);
  private static final String PEFT = "base_model.model.";

  private final TrajectoryGolden golden = TrajectoryGolden.open();

  @Test
  void lossesGradientsAndWeightChangeAreThoseOfPeft() throws Exception {
    try (SafetensorsFile file = golden.tensors();
        Parameters parameters = golden.parameters(file)) {
      SameDiff graph = SameDiffModel.graph(ENCODER, parameters);
      loss(graph);
      try (AdaptedGraph adapted = FourierFt.attach(graph, options())) {
        adapted.add("golden", initial(adapted, file));
        adapted.activate("golden");
        requireGradients(adapted, file);
        try (GraphTuner tuner = GraphTuner.of(adapted, "loss", golden.options())) {
          TrainReport report = tuner.fit(epoch -> batches(graph), TrainListener.SILENT);
          requireLosses(report.losses());
        }
        String module = "encoder.layer.1.attention.self.query";
        requireClose(adapted.delta(module), file.floats("delta." + module), 1e-3, module);
      }
    }
  }

  private void requireLosses(List<Double> losses) {
    double worst = 0;
    for (int i = 0; i < 20; i++) {
      worst = Math.max(worst, Math.abs(losses.get(i) / golden.loss(i) - 1));
    }
    System.out.printf("largest relative deviation of 20 losses: %.2e%n", worst);
    assertThat(losses).hasSize(20);
    assertThat(worst).isLessThan(1e-3);
  }

  private List<Map<String, INDArray>> batches(SameDiff graph) {
    List<Map<String, INDArray>> batches = new ArrayList<>();
    for (Batch batch : golden.batches()) {
      Map<String, INDArray> placeholders = SameDiffModel.placeholders(graph, batch.inputs());
      placeholders.put("labels", oneHot(batch.labels()));
      batches.add(placeholders);
    }
    return batches;
  }

  /** The gradients of the first batch, before any step. */
  private void requireGradients(AdaptedGraph adapted, SafetensorsFile file) throws Exception {
    SameDiff graph = adapted.graph();
    List<String> names =
        adapted.modules().stream().map(each -> AdaptedGraph.spectrum(each, "golden")).toList();
    Map<String, INDArray> found = graph.calculateGradients(batches(graph).get(0), names);
    for (String module : adapted.modules()) {
      float[] expected = file.floats("gradient." + PEFT + module + ".fourierft_spectrum");
      requireClose(found.get(AdaptedGraph.spectrum(module, "golden")), expected, 1e-4, module);
    }
  }

  private static void requireClose(
      INDArray found, float[] expected, double relative, String where) {
    float[] values = found.reshape(-1).toFloatVector();
    double largest = 0;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    assertThat(values).hasSameSizeAs(expected);
    for (int i = 0; i < values.length; i++) {
      assertThat((double) values[i])
          .as("%s[%d]", where, i)
          .isCloseTo(expected[i], within(relative * largest));
    }
  }

  private FourierOptions options() {
    return FourierOptions.of(TargetModules.of("query", "value"))
        .withNFrequency(golden.number("n_frequency").intValue())
        .withScaling(golden.number("scaling").doubleValue())
        .withModulesToSave("classifier");
  }

  private static Adapter initial(AdaptedGraph adapted, SafetensorsFile file) throws Exception {
    Adapter start = adapted.toAdapter(Adapted.DEFAULT).build();
    Adapter.Builder initial = start.toBuilder().layers(List.of()).tensors(List.of());
    for (AdapterLayer layer : start.layers()) {
      float[] spectrum = file.floats("initial." + PEFT + layer.module() + ".fourierft_spectrum");
      initial.addLayer(new AdapterLayer(layer.module(), 32, 32, spectrum));
    }
    for (NamedTensor tensor : start.tensors()) {
      initial.addTensor(
          new NamedTensor(tensor.name(), tensor.shape(), file.floats("initial." + tensor.name())));
    }
    return initial.build();
  }

  /** Mean cross-entropy, of operations whose gradients SameDiff gets right. */
  private static void loss(SameDiff graph) {
    SDVariable logits = graph.getVariable(SameDiffModel.OUTPUT); // [batch, classes]
    SDVariable labels = graph.placeHolder("labels", DataType.FLOAT, -1, 5);
    SDVariable shifted = logits.sub(logits.max(true, 1));
    SDVariable normaliser = graph.math().log(graph.math().exp(shifted).sum(true, 1));
    labels.mul(normaliser.sub(shifted)).sum(1).mean("loss");
    graph.setLossVariables("loss");
  }

  private static INDArray oneHot(int[] labels) {
    INDArray hot = Nd4j.zeros(DataType.FLOAT, labels.length, 5);
    for (int i = 0; i < labels.length; i++) {
      hot.putScalar(i, labels[i], 1);
    }
    return hot;
  }
}
