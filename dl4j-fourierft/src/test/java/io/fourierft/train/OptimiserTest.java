package io.fourierft.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fourierft.train.Trainable.Group;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Goldens of tools/reference/adamw.py: PyTorch's AdamW, transformers' linear schedule. */
class OptimiserTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @Test
  void everyStepEqualsPyTorchs() throws IOException {
    JsonNode golden = golden();
    TrainOptions options =
        TrainOptions.defaults()
            .withRates(golden.at("/spectrum/lr").asDouble(), golden.at("/head/lr").asDouble())
            .withWeightDecay(
                golden.at("/spectrum/weight_decay").asDouble(),
                golden.at("/head/weight_decay").asDouble())
            .withSchedule(new Schedule.Linear(golden.get("warmup").asDouble()));
    List<Trainable> trainables = new ArrayList<>();
    for (JsonNode parameter : golden.get("parameters")) {
      INDArray start = Nd4j.createFromArray(floats(parameter.get("start")));
      Group group = Group.valueOf(parameter.get("group").asText());
      trainables.add(new Trainable("p" + trainables.size(), group, start, Nd4j.zerosLike(start)));
    }
    int steps = golden.at("/parameters/0/values").size();
    try (AdamW optimiser = new AdamW(trainables)) {
      for (int step = 0; step < steps; step++) {
        for (int i = 0; i < trainables.size(); i++) {
          float[] gradient = floats(golden.at("/parameters/" + i + "/gradients/" + step));
          trainables.get(i).gradient().addi(Nd4j.createFromArray(gradient));
        }
        double factor = options.schedule().factor(step, steps);
        optimiser.step(options.rates().times(factor), options);
        for (int i = 0; i < trainables.size(); i++) {
          float[] expected = floats(golden.at("/parameters/" + i + "/values/" + step));
          assertThat(trainables.get(i).value().toFloatVector())
              .as("parameter %d after step %d", i, step)
              .containsExactly(expected, within(1e-6f));
          assertThat(trainables.get(i).gradient().toFloatVector()).containsOnly(0);
        }
      }
    }
  }

  @Test
  void theLinearScheduleEqualsTransformers() throws IOException {
    for (JsonNode expected : golden().get("schedules")) {
      int total = expected.get("total").asInt();
      Schedule schedule = new Schedule.Linear(expected.get("warmup").asDouble());
      for (int step = 0; step < total; step++) {
        assertThat(schedule.factor(step, total))
            .as("step %d of %s", step, schedule)
            .isCloseTo(expected.get("factors").get(step).asDouble(), within(1e-15));
      }
    }
  }

  private static JsonNode golden() throws IOException {
    try (InputStream in = OptimiserTest.class.getResourceAsStream("/golden/adamw.json")) {
      return MAPPER.readTree(in);
    }
  }

  private static float[] floats(JsonNode array) {
    return MAPPER.convertValue(array, float[].class);
  }
}
