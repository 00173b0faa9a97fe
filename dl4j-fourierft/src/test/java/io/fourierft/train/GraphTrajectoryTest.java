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
        List<Trainable> trainables = trainables(adapted);
        double worst = steps(graph, trainables, file);
        System.out.printf("largest relative deviation of 20 losses: %.2e%n", worst);
        assertThat(worst).isLessThan(1e-3);
        String module = "encoder.layer.1.attention.self.query";
        requireClose(adapted.delta(module), file.floats("delta." + module), 1e-3, module);
        trainables.forEach(trainable -> trainable.gradient().close());
      }
    }
  }

  private double steps(SameDiff graph, List<Trainable> trainables, SafetensorsFile file)
      throws Exception {
    List<String> names = trainables.stream().map(Trainable::name).toList();
    List<Batch> batches = golden.batches();
    TrainOptions options = golden.options();
    double worst = 0;
    try (AdamW optimiser = new AdamW(trainables)) {
      for (int i = 0; i < batches.size(); i++) {
        Batch batch = batches.get(i);
        Map<String, INDArray> inputs = SameDiffModel.placeholders(graph, batch.inputs());
        inputs.put("labels", oneHot(batch.labels()));
        var found = graph.calculateGradientsAndOutputs(inputs, List.of("loss"), names);
        for (Trainable trainable : trainables) {
          trainable.gradient().assign(found.getGradients().get(trainable.name()));
        }
        if (i == 0) {
          requireGradients(trainables, file);
        }
        double loss = found.getOutputs().get("loss").getDouble(0);
        worst = Math.max(worst, Math.abs(loss / golden.loss(i) - 1));
        optimiser.step(
            options.rates().times(options.schedule().factor(i, batches.size())), options);
      }
    }
    return worst;
  }

  private static void requireGradients(List<Trainable> trainables, SafetensorsFile file)
      throws Exception {
    for (Trainable trainable : trainables) {
      if (trainable.group() == Trainable.Group.SPECTRUM) {
        String module = trainable.name().replace(".fourierft_spectrum.golden", "");
        float[] expected = file.floats("gradient." + PEFT + module + ".fourierft_spectrum");
        requireClose(trainable.gradient(), expected, 1e-4, module);
      }
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

  private static List<Trainable> trainables(AdaptedGraph adapted) {
    List<Trainable> trainables = new ArrayList<>();
    for (String module : adapted.modules()) {
      String name = AdaptedGraph.spectrum(module, "golden");
      trainables.add(trainable(adapted.graph(), name, Trainable.Group.SPECTRUM));
    }
    for (String name : TinyEncoder.head()) {
      trainables.add(trainable(adapted.graph(), name, Trainable.Group.HEAD));
    }
    return trainables;
  }

  private static Trainable trainable(SameDiff graph, String name, Trainable.Group group) {
    INDArray value = graph.getVariable(name).getArr();
    return new Trainable(name, group, value, Nd4j.zeros(value.dataType(), value.shape()));
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
