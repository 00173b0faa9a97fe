package io.fourierft.samples.minilm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fourierft.AdaptedModel;
import io.fourierft.FourierFt;
import io.fourierft.FourierOptions;
import io.fourierft.TargetModules;
import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterLayer;
import io.fourierft.adapter.NamedTensor;
import io.fourierft.engine.Inputs;
import io.fourierft.importer.Head;
import io.fourierft.importer.PretrainedModel;
import io.fourierft.safetensors.SafetensorsFile;
import io.fourierft.train.Batch;
import io.fourierft.train.FineTuner;
import io.fourierft.train.Schedule;
import io.fourierft.train.TrainListener;
import io.fourierft.train.TrainOptions;
import io.fourierft.train.TrainReport;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * MiniLM on real glosses, twenty steps against PEFT's; tools/reference/trajectory.py made the
 * goldens.
 */
class MiniLmTrajectoryTest {
  private static final FourierOptions METHOD =
      FourierOptions.of(TargetModules.of("query", "value"));

  @Test
  void eachLossIsWithinOneThousandthOfPefts() throws Exception {
    JsonNode golden;
    try (InputStream json = getClass().getResourceAsStream("/golden/trajectory-minilm.json")) {
      golden = new ObjectMapper().readTree(json);
    }
    double decay = golden.get("weight_decay").asDouble();
    TrainOptions options =
        TrainOptions.defaults()
            .withSchedule(new Schedule.Linear(golden.get("warmup").asDouble()))
            .withWeightDecay(decay, decay);
    try (PretrainedModel base =
            MiniLm.load(Head.sentenceClassifier(golden.get("classes").asInt()), 0);
        AdaptedModel adapted =
            FourierFt.attach(base.linears(), base.parameters(), METHOD, base.fresh());
        FineTuner tuner = FineTuner.of(base.network(), adapted, options)) {
      adapted.load(initial(base, adapted));
      TrainReport report = tuner.fit(epoch -> batches(golden), TrainListener.SILENT);
      double worst = 0;
      for (int i = 0; i < 20; i++) {
        double expected = golden.get("losses").get(i).asDouble();
        worst = Math.max(worst, Math.abs(report.losses().get(i) / expected - 1));
      }
      System.out.printf("largest relative deviation of 20 losses: %.2e%n", worst);
      assertThat(report.losses()).hasSize(20);
      assertThat(worst).isLessThan(1e-3);
    }
  }

  private Adapter initial(PretrainedModel base, AdaptedModel adapted) throws Exception {
    Path path = Path.of(getClass().getResource("/golden/trajectory-minilm.safetensors").toURI());
    Adapter.Builder builder = Adapter.builder().scaling(METHOD.scaling()).rule(METHOD.rule());
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      for (String module : adapted.modules()) {
        String name = "initial.base_model.model." + module + ".fourierft_spectrum";
        builder.addLayer(new AdapterLayer(module, 384, 384, file.floats(name)));
      }
      for (String name : base.fresh()) {
        long[] shape = base.parameters().value(name).shape();
        builder.addTensor(new NamedTensor(name, shape, file.floats("initial." + name)));
      }
    }
    return builder.build();
  }

  private static List<Batch> batches(JsonNode golden) {
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
