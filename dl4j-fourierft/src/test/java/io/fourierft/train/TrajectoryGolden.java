package io.fourierft.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fourierft.engine.Inputs;
import io.fourierft.engine.Parameters;
import io.fourierft.safetensors.SafetensorsFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Twenty steps of PEFT over a tiny BERT; tools/reference/trajectory.py made them. */
record TrajectoryGolden(JsonNode golden) {
  static TrajectoryGolden open() {
    try (InputStream json =
        TrajectoryGolden.class.getResourceAsStream("/golden/trajectory-tiny.json")) {
      return new TrajectoryGolden(new ObjectMapper().readTree(json));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  SafetensorsFile tensors() throws Exception {
    return SafetensorsFile.open(
        Path.of(getClass().getResource("/golden/trajectory-tiny.safetensors").toURI()));
  }

  Number number(String name) {
    return golden.get(name).numberValue();
  }

  double loss(int step) {
    return golden.get("losses").get(step).asDouble();
  }

  Parameters parameters(SafetensorsFile file) throws Exception {
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

  TrainOptions options() {
    double decay = golden.get("weight_decay").asDouble();
    return TrainOptions.defaults()
        .withRates(
            golden.get("learning_rate").asDouble(), golden.get("head_learning_rate").asDouble())
        .withSchedule(new Schedule.Linear(golden.get("warmup").asDouble()))
        .withWeightDecay(decay, decay);
  }

  List<Batch> batches() {
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
