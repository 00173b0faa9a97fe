package io.fourierft.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fourierft.AdaptedModel;
import io.fourierft.FourierFt;
import io.fourierft.FourierOptions;
import io.fourierft.TargetModules;
import io.fourierft.TinyEncoder;
import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterLayer;
import io.fourierft.adapter.NamedTensor;
import io.fourierft.engine.DirectModel;
import io.fourierft.engine.Inputs;
import io.fourierft.engine.Parameters;
import io.fourierft.safetensors.SafetensorsFile;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Twenty steps against PEFT's; tools/reference/trajectory.py made the goldens. */
class TrajectoryTest {
  private static final TinyEncoder ENCODER = new TinyEncoder(2, 32, 4, 64, 100, 5);
  private static final String PEFT = "base_model.model.";

  private JsonNode golden;
  private Path tensors;

  @BeforeEach
  void open() throws Exception {
    try (InputStream json = getClass().getResourceAsStream("/golden/trajectory-tiny.json")) {
      golden = new ObjectMapper().readTree(json);
    }
    tensors = Path.of(getClass().getResource("/golden/trajectory-tiny.safetensors").toURI());
  }

  @Test
  void lossesGradientsAndWeightChangeAreThoseOfPeft() throws Exception {
    try (SafetensorsFile file = SafetensorsFile.open(tensors);
        Parameters parameters = parameters(file);
        AdaptedModel model = model(parameters, file);
        FineTuner tuner = FineTuner.of(ENCODER, model, options())) {
      firstGradients(file, parameters, model);
      TrainReport report = tuner.fit(epoch -> batches(), TrainListener.SILENT);

      double worst = 0;
      for (int i = 0; i < 20; i++) {
        double expected = golden.get("losses").get(i).asDouble();
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
    Batch batch = batches().get(0);
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

  private Parameters parameters(SafetensorsFile file) throws Exception {
    Map<String, INDArray> values = new LinkedHashMap<>();
    for (var entry : file.entries()) {
      if (entry.name().startsWith("base.")) {
        INDArray value = Nd4j.createFromArray(file.floats(entry.name()));
        values.put(
            entry.name().substring("base.".length()),
            value.reshape(entry.shape().stream().mapToLong(Long::longValue).toArray()));
      }
    }
    values.put("classifier.weight", Nd4j.zeros(5, 32));
    values.put("classifier.bias", Nd4j.zeros(5));
    return Parameters.of(values);
  }

  private AdaptedModel model(Parameters parameters, SafetensorsFile file) throws Exception {
    FourierOptions method =
        FourierOptions.of(TargetModules.of("query", "value"))
            .withNFrequency(golden.get("n_frequency").asInt())
            .withScaling(golden.get("scaling").asDouble());
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

  private TrainOptions options() {
    double decay = golden.get("weight_decay").asDouble();
    return TrainOptions.defaults()
        .withRates(
            golden.get("learning_rate").asDouble(), golden.get("head_learning_rate").asDouble())
        .withSchedule(new Schedule.Linear(golden.get("warmup").asDouble()))
        .withWeightDecay(decay, decay);
  }

  private List<Batch> batches() {
    ObjectMapper mapper = new ObjectMapper();
    List<Batch> batches = new ArrayList<>();
    for (JsonNode batch : golden.get("batches")) {
      int[][] ids = mapper.convertValue(batch.get("input_ids"), int[][].class);
      int[][] mask = mapper.convertValue(batch.get("attention_mask"), int[][].class);
      int[] labels = mapper.convertValue(batch.get("labels"), int[].class);
      batches.add(new Batch(Inputs.tokens(ids, mask), labels));
    }
    return batches;
  }
}
