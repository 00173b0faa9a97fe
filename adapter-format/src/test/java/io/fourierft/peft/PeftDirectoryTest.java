package io.fourierft.peft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterFiles;
import io.fourierft.adapter.AdapterFormatException;
import io.fourierft.adapter.AdapterLayer;
import io.fourierft.adapter.BiasMode;
import io.fourierft.adapter.LayerShapes;
import io.fourierft.adapter.NamedTensor;
import io.fourierft.adapter.SpectrumInit;
import io.fourierft.adapter.StorageType;
import io.fourierft.adapter.Task;
import io.fourierft.safetensors.SafetensorsException;
import io.fourierft.safetensors.SafetensorsFile;
import io.fourierft.safetensors.TensorEntry;
import io.fourierft.spectral.DenseDelta;
import io.fourierft.spectral.EntryRule;
import io.fourierft.torch.TorchException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Directories saved by PEFT 0.21: tools/reference/peft_adapters.py. */
class PeftDirectoryTest {
  private static final String CLASSIFIER_BIAS = "base_model.model.classifier.dense.bias";

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bert_head",
        "bert_bias",
        "gpt2_conv1d",
        "bert_half",
        "roberta_all",
        "llama_regex",
        "vit"
      })
  void weightChangesAreThoseOfPeft(String name) throws Exception {
    Adapter adapter = PeftDirectory.read(golden(name), shapes(name));

    JsonNode expected = expected(name);
    assertThat(adapter.layers()).hasSize(expected.get("layers").size());
    AdapterLayer layer =
        adapter.layers().stream()
            .filter(candidate -> candidate.module().equals(expected.get("delta_of").asText()))
            .findFirst()
            .orElseThrow();
    double[] delta = DenseDelta.of(adapter.entries(layer), layer.coefficients(), adapter.scaling());
    double tolerance = name.endsWith("half") ? 1e-2 : 1e-5;
    for (int i = 0; i < delta.length; i++) {
      double value = expected.get("delta").get(i / layer.cols()).get(i % layer.cols()).asDouble();
      assertThat(delta[i]).isCloseTo(value, within(tolerance * Math.max(1, Math.abs(value))));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"bert_head", "bert_bias", "gpt2_conv1d", "bert_half", "llama_regex", "vit"})
  void readingAndWritingBackLosesNothing(String name) throws Exception {
    Adapter adapter = PeftDirectory.read(golden(name), shapes(name));
    byte[] file = AdapterFiles.toBytes(adapter, StorageType.F32, StorageType.F32);

    PeftDirectory.write(directory, AdapterFiles.read(file, name));

    assertThat(directory.resolve(PeftDirectory.MODEL))
        .hasSameBinaryContentAs(golden(name).resolve(PeftDirectory.MODEL));
    assertThat(directory.resolve(PeftDirectory.CONFIG))
        .hasSameTextualContentAs(golden(name).resolve(PeftDirectory.CONFIG));
  }

  @Test
  void copiesThatPeftSavesBesideTrainedHeadsAreDropped() throws Exception {
    Adapter adapter = PeftDirectory.read(golden("roberta_all"), shapes("roberta_all"));
    assertThat(adapter.bias()).isEqualTo(BiasMode.ALL);
    assertThat(adapter.layers()).hasSize(3);
    PeftDirectory.write(directory, adapter);

    Path from = golden("roberta_all").resolve(PeftDirectory.MODEL);
    try (SafetensorsFile golden = SafetensorsFile.open(from);
        SafetensorsFile written = SafetensorsFile.open(directory.resolve(PeftDirectory.MODEL))) {
      List<String> kept =
          golden.entries().stream()
              .map(TensorEntry::name)
              .filter(key -> !key.contains(".original_module."))
              .filter(key -> !key.contains(".modules_to_save."))
              .toList();
      assertThat(kept).hasSize(golden.entries().size() - 4).contains(CLASSIFIER_BIAS);
      assertThat(written.entries().stream().map(TensorEntry::name).toList()).isEqualTo(kept);
      for (String key : kept) {
        assertThat(written.floats(key)).isEqualTo(golden.floats(key));
      }
    }
    assertThat(directory.resolve(PeftDirectory.CONFIG))
        .hasSameTextualContentAs(golden("roberta_all").resolve(PeftDirectory.CONFIG));
  }

  @Test
  void everyFieldFindsItsPlace() throws Exception {
    Adapter head = PeftDirectory.read(golden("bert_head"), shapes("bert_head"));
    assertThat(head.task().kind()).isEqualTo("sequence-classification");
    assertThat(head.rule()).isEqualTo(EntryRule.seeded(777));
    assertThat(head.scaling()).isEqualTo(150);
    assertThat(head.init()).isEqualTo(SpectrumInit.GAUSSIAN);
    assertThat(head.tensors())
        .extracting(NamedTensor::name)
        .containsExactly("classifier.bias", "classifier.weight");
    assertThat(head.layers().get(4).module())
        .isEqualTo("bert.encoder.layer.2.attention.self.query");

    Adapter bias = PeftDirectory.read(golden("bert_bias"), shapes("bert_bias"));
    assertThat(bias.rule()).isEqualTo(EntryRule.seeded(2024));
    assertThat(bias.scaling()).isEqualTo(300);
    assertThat(bias.init()).isEqualTo(SpectrumInit.ZERO);
    assertThat(bias.bias()).isEqualTo(BiasMode.ADAPTED);
    assertThat(bias.tensors())
        .extracting(NamedTensor::name)
        .hasSize(24)
        .contains("bert.encoder.layer.11.intermediate.dense.bias");
    assertThat(bias.layers().stream().filter(layer -> layer.n() == 9)).hasSize(1);
  }

  @Test
  void unknownKeysAreKept() throws Exception {
    copy("bert_head", "\"inference_mode\"", "\"of_the_future\": [1.50, {\"é\": null}], \"x\"");
    Path out = directory.resolve("out");
    PeftDirectory.write(out, PeftDirectory.read(directory, shapes("bert_head")));

    String text = Files.readString(out.resolve(PeftDirectory.CONFIG));
    assertThat(text).contains("\"of_the_future\": [\n    1.50,\n    {\n      \"\\u00e9\": null");
    assertThat(text).contains("\"x\": true").contains("\"inference_mode\": true");
    assertThat(PeftConfig.read(directory.resolve(PeftDirectory.CONFIG)).unknownKeys())
        .containsExactly("of_the_future", "x");
    assertThat(PeftConfig.read(golden("bert_head").resolve(PeftDirectory.CONFIG)).unknownKeys())
        .isEmpty();
  }

  @Test
  void overlappingPatternsKeepTheirMeaningWhenWrittenSorted() throws Exception {
    copy("bert_bias", "\"0.intermediate.dense\": 9", "\"0.intermediate.dense\": 9, \".*dense\": 5");
    Adapter read = PeftDirectory.read(directory, shapes("bert_bias"));
    PeftDirectory.write(directory, read);
    assertThat(PeftDirectory.read(directory, shapes("bert_bias")).layers())
        .isEqualTo(read.layers());
  }

  @Test
  void layersTakenAwayAreNoLongerTargeted() throws Exception {
    Adapter read = PeftDirectory.read(golden("bert_head"), shapes("bert_head"));
    Adapter fewer = read.toBuilder().layers(read.layers().subList(0, 3)).build();

    PeftDirectory.write(directory, fewer);

    assertThat(PeftConfig.read(directory.resolve(PeftDirectory.CONFIG)).json())
        .hasEntrySatisfying(
            "target_modules",
            targets -> assertThat(targets).doesNotContain("\"query\"").contains("layer.0."));
    assertThat(PeftDirectory.read(directory, shapes("bert_head")).layers())
        .isEqualTo(fewer.layers());
  }

  @Test
  void changedAdaptersAreDescribedAnew() throws Exception {
    Adapter read = PeftDirectory.read(golden("bert_bias"), shapes("bert_bias"));
    Adapter changed =
        read.toBuilder()
            .scaling(20)
            .rule(EntryRule.seeded(5))
            .layers(
                List.of(
                    new AdapterLayer("bert.pooler.dense", 8, 8, new float[] {1, 2}),
                    new AdapterLayer("bert.x.dense", 8, 8, new float[] {1, 2}),
                    new AdapterLayer("bert.y.dense", 8, 8, new float[] {0.1f})))
            .tensors(List.of())
            .build();
    PeftDirectory.write(directory, changed);

    PeftConfig config = PeftConfig.read(directory.resolve(PeftDirectory.CONFIG));
    assertThat(config.scaling()).isEqualTo(20);
    assertThat(config.seed()).isEqualTo(5);
    assertThat(config.json())
        .containsEntry(
            "target_modules", "[\"bert.pooler.dense\",\"bert.x.dense\",\"bert.y.dense\"]")
        .containsEntry("n_frequency", "2")
        .containsEntry("n_frequency_pattern", "{\"bert.y.dense\":1}")
        .containsEntry("peft_version", "\"0.21.0\"");
    Adapter again = PeftDirectory.read(directory, module -> shape8());
    assertThat(again.layers()).isEqualTo(changed.layers());
  }

  @Test
  void adaptersOfOtherOriginAreWrittenWithEveryKey() throws Exception {
    Adapter adapter =
        Adapter.builder()
            .addLayer(new AdapterLayer("h.0.q", 8, 8, new float[] {1, 2}))
            .addTensor(new NamedTensor("classifier.dense.weight", new long[] {1}, new float[1]))
            .addTensor(new NamedTensor("norm.weight", new long[] {1}, new float[1]))
            .build();
    PeftDirectory.write(directory, adapter);

    assertThat(PeftConfig.read(directory.resolve(PeftDirectory.CONFIG)).json())
        .containsEntry("modules_to_save", "[\"classifier\",\"norm\"]")
        .containsEntry("base_model_name_or_path", "null")
        .containsEntry("init_weights", "true")
        .hasSize(18)
        .doesNotContainKey("peft_version");
    assertThat(PeftDirectory.read(directory, module -> shape8())).isEqualTo(adapter);
  }

  @Test
  void taskTypesThatWouldMakePeftLookForAHeadAreLeftOutWithoutOne() throws Exception {
    Adapter bare =
        Adapter.builder()
            .task(new Task("sequence-classification", List.of(), "", 0))
            .addLayer(new AdapterLayer("classifier.dense", 8, 8, new float[] {1, 2}))
            .build();
    PeftDirectory.write(directory, bare);
    assertThat(PeftConfig.read(directory.resolve(PeftDirectory.CONFIG)).json())
        .containsEntry("task_type", "null");

    NamedTensor head = new NamedTensor("classifier.weight", new long[] {1}, new float[1]);
    AdapterLayer query = new AdapterLayer("query", 8, 8, new float[] {1, 2});
    Adapter whole = bare.toBuilder().layers(List.of(query)).addTensor(head).build();
    PeftDirectory.write(directory, whole);
    assertThat(PeftConfig.read(directory.resolve(PeftDirectory.CONFIG)).json())
        .containsEntry("task_type", "\"SEQ_CLS\"");
  }

  @Test
  void whatPeftCannotExpressIsRefused() {
    Adapter adapter =
        Adapter.builder().addLayer(new AdapterLayer("q", 8, 8, new float[] {1})).build();
    Adapter bandPass = adapter.toBuilder().rule(new EntryRule.BandPass(1, 2, 3)).build();
    assertThatThrownBy(() -> PeftDirectory.write(directory, bandPass))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "PEFT expected seeded entries but found band-pass, seed 1, centre 2.0, width 3.0: a"
                + " merged base or a LoRA adapter can hold it");
    Adapter legacy =
        adapter.toBuilder()
            .rule(new EntryRule.Seeded(1, EntryRule.Algorithm.TORCH_RANDPERM_LEGACY))
            .addLayer(new AdapterLayer("big", 30_000, 30_000, new float[] {1}))
            .build();
    assertThatThrownBy(() -> PeftDirectory.write(directory, legacy))
        .hasMessageStartingWith("PEFT expected entries of current PyTorch");
    NamedTensor weight = new NamedTensor("q.weight", new long[] {1}, new float[1]);
    assertThatThrownBy(
            () -> PeftDirectory.write(directory, adapter.toBuilder().addTensor(weight).build()))
        .hasMessage("PEFT expected modules either adapted or saved in full but found both in q");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void otherPeftTypesAndDamagedConfigurationsAreRefused() throws Exception {
    copy("bert_head", "FOURIERFT", "LORA");
    refused(
        AdapterFormatException.OtherMethod.class,
        "peft_type expected FOURIERFT, the only one read, but found 'LORA' (");
    copy("bert_head", "777", "null");
    refused(AdapterFormatException.Invalid.class, "random_loc_seed expected a whole number");
    copy("bert_head", "150.0", "NaN");
    refused(AdapterFormatException.Corrupt.class, "configuration expected JSON but found");
    copy("bert_head", "150.0", "1e99999999999");
    refused(AdapterFormatException.Corrupt.class, "Too many nonzero exponent digits");
    copy("bert_head", "150.0", "1e999");
    refused(AdapterFormatException.Invalid.class, "scaling expected a finite number");
    copy("bert_head", "150.0", "150.0, \"scaling\": 3");
    refused(AdapterFormatException.Corrupt.class, "Duplicate field 'scaling'");
    copy("bert_head", "\"n_frequency\": 7", "\"n_frequency\": 8");
    refused(
        AdapterFormatException.WrongCount.class,
        "n_frequency expected 8 by adapter_config.json but found 7 coefficients"
            + " (bert.encoder.layer.0.attention.self.query in ");
    copy("bert_head", "\"none\"", "\"some\"");
    refused(AdapterFormatException.Invalid.class, "bias expected none, all or fourier_only");
  }

  @Test
  void missingFilesAndForeignLayersAreRefused() throws Exception {
    copy("bert_head", "x", "x");
    assertThatThrownBy(() -> PeftDirectory.read(directory, LayerShapes.of(Map.of())))
        .isInstanceOf(AdapterFormatException.MissingLayer.class)
        .hasMessageContaining("base model expected a linear layer of the name but found none");

    Files.write(directory.resolve(PeftDirectory.MODEL), new byte[] {1, 2});
    refused(SafetensorsException.class, "safetensors file expected at least 8 bytes");
    Files.delete(directory.resolve(PeftDirectory.MODEL));
    refused(NoSuchFileException.class, PeftDirectory.MODEL);
    Files.write(directory.resolve(PeftDirectory.PICKLED_MODEL), new byte[] {1, 2});
    refused(TorchException.class, PeftDirectory.PICKLED_MODEL);
    Files.delete(directory.resolve(PeftDirectory.CONFIG));
    refused(NoSuchFileException.class, PeftDirectory.CONFIG);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert_bias", "bert_half"})
  void pickledTensorsAreReadLikeSafetensors(String name) throws Exception {
    Path pickled = golden(name + "_bin");
    assertThat(pickled.resolve(PeftDirectory.MODEL)).doesNotExist();

    Adapter read = PeftDirectory.read(pickled, shapes(name));

    assertThat(read).isEqualTo(PeftDirectory.read(golden(name), shapes(name)));
  }

  @Test
  void aPickleWithCodeInItIsRefusedByTheNameOfTheCode() throws Exception {
    copy("bert_head", "x", "x");
    Files.delete(directory.resolve(PeftDirectory.MODEL));
    Path code = Path.of(TorchException.class.getResource("command.bin").toURI());
    Files.copy(code, directory.resolve(PeftDirectory.PICKLED_MODEL));

    assertThatThrownBy(() -> PeftDirectory.read(directory, module -> shape8()))
        .isInstanceOfSatisfying(
            TorchException.class,
            e -> assertThat(e.reason()).isEqualTo(TorchException.Reason.FORBIDDEN))
        .hasMessageContaining("system")
        .hasMessageContaining(PeftDirectory.PICKLED_MODEL);
  }

  private void refused(Class<? extends IOException> type, String text) {
    assertThatThrownBy(() -> PeftDirectory.read(directory, module -> shape8()))
        .isInstanceOf(type)
        .hasMessageContaining(text);
  }

  private void copy(String name, String from, String to) throws Exception {
    Files.copy(
        golden(name).resolve(PeftDirectory.MODEL),
        directory.resolve(PeftDirectory.MODEL),
        StandardCopyOption.REPLACE_EXISTING);
    String config = Files.readString(golden(name).resolve(PeftDirectory.CONFIG));
    Files.writeString(directory.resolve(PeftDirectory.CONFIG), config.replace(from, to));
  }

  private static Optional<LayerShapes.Shape> shape8() {
    return Optional.of(new LayerShapes.Shape(8, 8));
  }

  private static LayerShapes shapes(String name) throws Exception {
    Map<String, LayerShapes.Shape> shapes = new HashMap<>();
    expected(name)
        .get("layers")
        .properties()
        .forEach(
            layer -> {
              int rows = layer.getValue().get(0).asInt();
              int cols = layer.getValue().get(1).asInt();
              shapes.put(layer.getKey(), new LayerShapes.Shape(rows, cols));
            });
    return LayerShapes.of(shapes);
  }

  private static JsonNode expected(String name) throws Exception {
    return new ObjectMapper().readTree(Files.readString(golden(name).resolve("expected.json")));
  }

  private static Path golden(String name) throws URISyntaxException {
    return Path.of(PeftDirectoryTest.class.getResource(name).toURI());
  }
}
