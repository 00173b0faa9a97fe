package io.fourierft.cli.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fourierft.AdaptedModel;
import io.fourierft.FourierFt;
import io.fourierft.FourierOptions;
import io.fourierft.TargetModules;
import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterFiles;
import io.fourierft.adapter.AdapterLayer;
import io.fourierft.adapter.BaseModel;
import io.fourierft.adapter.NamedTensor;
import io.fourierft.adapter.StorageType;
import io.fourierft.adapter.Task;
import io.fourierft.checkpoint.Checkpoint;
import io.fourierft.engine.Parameters;
import io.fourierft.importer.Head;
import io.fourierft.importer.Importers;
import io.fourierft.importer.PretrainedModel;
import io.fourierft.lora.LoraConversion;
import io.fourierft.merge.MergedCheckpoint;
import io.fourierft.peft.LoraFactors;
import io.fourierft.peft.PeftDirectory;
import io.fourierft.train.Batch;
import io.fourierft.train.FineTuner;
import io.fourierft.train.TrainListener;
import io.fourierft.train.TrainOptions;
import io.fourierft.train.TrainReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Logits with adapters that PEFT trained, and with adapters trained here of which PEFT's logits
 * were noted: tools/reference/peft_logits.py. All within 1e-5, unmerged and merged.
 */
class PeftLogitsTest {
  private static final double TOLERANCE = 1e-5;
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final List<String> NAMES = TinyModel.NAMES;

  @TempDir private Path folder;

  @ParameterizedTest
  @FieldSource("NAMES")
  void adaptersThatPeftTrainedGiveTheLogitsOfPeft(String name) throws IOException {
    TinyModel tiny = TinyModel.of(name);
    Adapter adapter = tiny.read(tiny.adapter());

    assertThat(adapter.layers()).isNotEmpty();
    tiny.assertClose(bare(tiny), tiny.golden().get("base"), TOLERANCE);
    tiny.assertClose(unmerged(tiny, adapter), tiny.golden().get("unmerged"), TOLERANCE);
    tiny.assertClose(merged(tiny, adapter), tiny.golden().get("merged"), TOLERANCE);
  }

  @ParameterizedTest
  @FieldSource("NAMES")
  void adaptersTrainedHereGaveTheSameLogitsInPeft(String name) throws IOException {
    TinyModel tiny = TinyModel.of(name);
    Path directory = tiny.folder().resolve("from_java");
    JsonNode peft = JSON.readTree(directory.resolve("peft.json").toFile());
    Adapter adapter = tiny.read(directory);

    tiny.assertClose(unmerged(tiny, adapter), peft.get("unmerged"), TOLERANCE);
    tiny.assertClose(merged(tiny, adapter), peft.get("merged"), TOLERANCE);
  }

  @ParameterizedTest
  @FieldSource("NAMES")
  void trainingHereLowersTheLossAndSurvivesBothFormatsWithoutAChangedBit(String name)
      throws IOException {
    TinyModel tiny = TinyModel.of(name);

    Adapter trained = train(tiny);

    byte[] bytes = AdapterFiles.toBytes(trained, StorageType.F32, StorageType.F32);
    PeftDirectory.write(folder, AdapterFiles.read(bytes, "memory"));
    Adapter read = tiny.read(folder);
    assertThat(read.layers()).containsExactlyInAnyOrderElementsOf(trained.layers());
    assertThat(read.tensors()).containsExactlyInAnyOrderElementsOf(trained.tensors());
    assertThat(unmerged(tiny, read)).isDeepEqualTo(unmerged(tiny, trained));
  }

  /** For {@code peft_logits.py --java}: {@code -Dfourierft.peft.retrain=true}. */
  @ParameterizedTest
  @FieldSource("NAMES")
  @EnabledIfSystemProperty(named = "fourierft.peft.retrain", matches = "true")
  void trainsForPeft(String name) throws IOException {
    TinyModel tiny = TinyModel.of(name);
    Path sources = Path.of("src", "test", "resources", "golden", "peft", name, "from_java");
    Adapter adapter = train(tiny);
    PeftDirectory.write(sources, adapter);
    note(sources, unmerged(tiny, adapter));
    assertThat(sources.resolve(PeftDirectory.MODEL)).isNotEmptyFile();
  }

  /** For {@code peft_logits.py --lora DIRECTORY}: {@code -Dfourierft.lora.out=DIRECTORY}. */
  @ParameterizedTest
  @FieldSource("NAMES")
  @EnabledIfSystemProperty(named = "fourierft.lora.out", matches = ".+")
  void factorsForPeft(String name) throws IOException {
    TinyModel tiny = TinyModel.of(name);
    Adapter adapter = tiny.read(tiny.adapter());
    LoraConversion lora = LoraConversion.of(adapter, 3);
    Path out = Path.of(System.getProperty("fourierft.lora.out"), name);
    lora.write(out);
    note(out, factored(tiny, lora));
    assertThat(out.resolve(PeftDirectory.MODEL)).isNotEmptyFile();
  }

  private static void note(Path directory, float[][] logits) throws IOException {
    String text =
        JSON.writeValueAsString(JSON.createObjectNode().set("logits", JSON.valueToTree(logits)));
    Files.writeString(directory.resolve("java.json"), text + "\n");
  }

  private static float[][] bare(TinyModel tiny) throws IOException {
    try (PretrainedModel model = Importers.load(tiny.base())) {
      return tiny.logits(model, model.parameters());
    }
  }

  private static float[][] unmerged(TinyModel tiny, Adapter adapter) throws IOException {
    FourierOptions options =
        FourierOptions.of(
                TargetModules.of(
                    adapter.layers().stream().map(AdapterLayer::module).toArray(String[]::new)))
            .withNFrequency(adapter.layers().get(0).n())
            .withScaling(adapter.scaling())
            .withRule(adapter.rule());
    List<String> trained = adapter.tensors().stream().map(NamedTensor::name).toList();
    try (PretrainedModel model = Importers.load(tiny.base());
        AdaptedModel adapted =
            FourierFt.attach(model.linears(), model.parameters(), options, trained)) {
      adapted.load(adapter);
      return tiny.logits(model, adapted.parameters());
    }
  }

  private float[][] merged(TinyModel tiny, Adapter adapter) throws IOException {
    Path out = Files.createTempDirectory(folder, "merged").resolve("model");
    try (Checkpoint base = Checkpoint.open(tiny.base())) {
      MergedCheckpoint.write(base, adapter, out);
    }
    try (PretrainedModel model = Importers.load(out)) {
      return tiny.logits(model, model.parameters());
    }
  }

  /** Logits with {@code W + B A}. */
  private static float[][] factored(TinyModel tiny, LoraConversion lora) throws IOException {
    try (PretrainedModel model = Importers.load(tiny.base())) {
      Parameters parameters = model.parameters();
      lora.layers().stream()
          .map(layer -> layer.factors())
          .forEach(factors -> add(factors, parameters, tiny.name().equals("gpt2")));
      for (NamedTensor tensor : lora.adapter().tensors()) {
        INDArray value = parameters.value(tensor.name());
        try (INDArray trained = Nd4j.createFromArray(tensor.data())) {
          value.assign(trained.reshape(value.shape()));
        }
      }
      return tiny.logits(model, parameters);
    }
  }

  private static void add(LoraFactors factors, Parameters parameters, boolean transposed) {
    int rank = factors.rank();
    try (INDArray a = Nd4j.createFromArray(factors.a()).reshape(rank, -1);
        INDArray b = Nd4j.createFromArray(factors.b()).reshape(-1, rank);
        INDArray change = b.mmul(a)) {
      parameters.value(factors.module() + ".weight").addi(transposed ? change.transpose() : change);
    }
  }

  /** A few steps on the rows that PEFT was trained on. */
  private static Adapter train(TinyModel tiny) throws IOException {
    boolean language = tiny.name().equals("llama");
    Head head = Importers.head(Importers.config(tiny.base()));
    try (PretrainedModel model = Importers.load(tiny.base(), language ? Head.nextToken() : head)) {
      List<String> trained =
          model.parameters().names().stream()
              .filter(name -> name.startsWith("classifier.") || name.startsWith("score."))
              .toList();
      FourierOptions options =
          FourierOptions.of(targets(tiny.name())).withNFrequency(30).withScaling(60);
      try (AdaptedModel adapted =
          FourierFt.attach(model.linears(), model.parameters(), options, trained)) {
        fit(tiny, model, adapted);
        String kind = language ? "causal-lm" : "sequence-classification";
        return adapted
            .toAdapter()
            .baseModel(BaseModel.named("base"))
            .task(new Task(tiny.name().equals("vit") ? "" : kind, List.of(), "", 0))
            .build();
      }
    }
  }

  private static TargetModules targets(String name) {
    return switch (name) {
      case "roberta" -> TargetModules.of("query", "value");
      case "bert" -> TargetModules.of("query", "output.dense");
      case "gpt2" -> TargetModules.of("c_attn", "c_fc");
      case "llama" -> TargetModules.of("q_proj", "v_proj", "o_proj");
      default -> TargetModules.of("q_proj", "v_proj", "fc1");
    };
  }

  private static void fit(TinyModel tiny, PretrainedModel model, AdaptedModel adapted)
      throws IOException {
    TrainOptions options = TrainOptions.defaults().withEpochs(15).withRates(0.05, 0.01);
    Batch batch = new Batch(tiny.inputs(), tiny.labels());
    try (FineTuner tuner = FineTuner.of(model.network(), adapted, options)) {
      TrainReport report = tuner.fit(epoch -> List.of(batch), TrainListener.SILENT);
      List<Double> losses = report.losses();
      assertThat(losses.get(losses.size() - 1)).isLessThan(0.8 * losses.get(0));
    }
  }
}
