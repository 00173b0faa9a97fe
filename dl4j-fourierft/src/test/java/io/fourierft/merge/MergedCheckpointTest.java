package io.fourierft.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterFormatException;
import io.fourierft.adapter.AdapterLayer;
import io.fourierft.adapter.Basis;
import io.fourierft.adapter.NamedTensor;
import io.fourierft.adapter.Task;
import io.fourierft.checkpoint.Checkpoint;
import io.fourierft.checkpoint.CheckpointException;
import io.fourierft.safetensors.DType;
import io.fourierft.safetensors.HalfFloats;
import io.fourierft.safetensors.SafetensorsFile;
import io.fourierft.safetensors.SafetensorsWriter;
import io.fourierft.safetensors.TensorSource;
import io.fourierft.spectral.DenseDelta;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MergedCheckpointTest {
  private static final String QUERY = "bert.encoder.layer.0.attention.self.query";
  private static final int ROWS = 6;
  private static final int COLS = 4;

  private final Random random = new Random(17);
  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(names = {"F32", "F16", "BF16"})
  void weightsAreSumsRoundedOnceInTheirStoredType(DType type) throws IOException {
    float[] weight = numbers(ROWS * COLS, 1);
    Path base = base("bert", type, Map.of(QUERY + ".weight", weight));
    Adapter adapter = adapter(QUERY, ROWS, COLS).build();

    merge(base, adapter);

    double[] delta = delta(adapter);
    float[] merged = read("model.safetensors", QUERY + ".weight", type);
    for (int i = 0; i < weight.length; i++) {
      assertThat(merged[i])
          .isEqualTo(stored(type, (float) (stored(type, weight[i]) + delta[i])), within(ulp(type)));
    }
    assertThat(merged).isNotEqualTo(weight);
  }

  @Test
  void whatIsNotAdaptedKeepsItsBytesAndFilesBesideTheWeightsAreCopied() throws IOException {
    Path base =
        base(
            "bert",
            DType.F32,
            Map.of(QUERY + ".weight", numbers(24, 1), "bert.pooler.dense.bias", numbers(9, 1)));
    Files.writeString(base.resolve("tokenizer.json"), "{}");
    Files.writeString(base.resolve("vocab.txt"), "a");
    Files.writeString(base.resolve("pytorch_model.bin"), "old");
    Files.writeString(base.resolve("adapter_config.json"), "{}");

    MergedCheckpoint.Report report = merge(base, adapter(QUERY, ROWS, COLS).build());

    assertThat(report).isEqualTo(new MergedCheckpoint.Report(1, 2, 1, 0, 0));
    assertThat(read("model.safetensors", "bert.pooler.dense.bias", DType.F32))
        .isEqualTo(readAt(base, "model.safetensors", "bert.pooler.dense.bias"));
    assertThat(out())
        .isDirectoryContaining("glob:**/tokenizer.json")
        .isDirectoryContaining("glob:**/vocab.txt")
        .isDirectoryNotContaining("glob:**/pytorch_model.bin")
        .isDirectoryNotContaining("glob:**/adapter_config.json");
    assertThat(out().resolve("config.json")).hasSameBinaryContentAs(base.resolve("config.json"));
  }

  @Test
  void gpt2KeepsItsMatricesTransposed() throws IOException {
    float[] weight = numbers(ROWS * COLS, 1); // [in = 4, out = 6]
    Path base = base("gpt2", DType.F32, Map.of("h.0.attn.c_attn.weight", weight));
    Adapter adapter = adapter("transformer.h.0.attn.c_attn", ROWS, COLS).build();

    merge(base, adapter);

    double[] delta = delta(adapter);
    float[] merged = read("model.safetensors", "h.0.attn.c_attn.weight", DType.F32);
    for (int q = 0; q < COLS; q++) {
      for (int p = 0; p < ROWS; p++) {
        double expected = weight[q * ROWS + p] + delta[p * COLS + q];
        assertThat(merged[q * ROWS + p]).isCloseTo((float) expected, within(1e-5f));
      }
    }
  }

  @Test
  void shardsAndIndexStayAndNewHeadsGoIntoTheLastShard() throws IOException {
    Path base = Files.createDirectory(folder.resolve("base"));
    Files.writeString(base.resolve("config.json"), "{\"model_type\": \"bert\"}");
    shard(base, "model-00001-of-00002.safetensors", QUERY + ".weight", new long[] {6, 4});
    shard(base, "model-00002-of-00002.safetensors", "bert.x.bias", new long[] {5});
    Files.writeString(
        base.resolve("model.safetensors.index.json"),
        "{\"metadata\": {\"total_size\": 116, \"kept\": 1}, \"weight_map\": {\""
            + QUERY
            + ".weight\": \"model-00001-of-00002.safetensors\","
            + " \"bert.x.bias\": \"model-00002-of-00002.safetensors\"}}");
    Adapter adapter =
        adapter(QUERY, ROWS, COLS)
            .addTensor(new NamedTensor("classifier.weight", new long[] {3, 6}, numbers(18, 1)))
            .addTensor(new NamedTensor("bert.x.bias", new long[] {5}, numbers(5, 1)))
            .task(new Task("sequence-classification", List.of("a", "b", "c"), "", 0))
            .build();

    MergedCheckpoint.Report report = merge(base, adapter);

    assertThat(report).isEqualTo(new MergedCheckpoint.Report(2, 3, 1, 1, 1));
    JsonNode index = json("model.safetensors.index.json");
    assertThat(index.at("/metadata/total_size").asLong()).isEqualTo(116 + 72);
    assertThat(index.at("/metadata/kept").asInt()).isEqualTo(1);
    assertThat(index.get("weight_map").get("classifier.weight").asText())
        .isEqualTo("model-00002-of-00002.safetensors");
    assertThat(read("model-00002-of-00002.safetensors", "bert.x.bias", DType.F32))
        .isEqualTo(adapter.tensors().get(1).data());
    JsonNode config = json("config.json");
    assertThat(config.at("/id2label/2").asText()).isEqualTo("c");
    assertThat(config.at("/architectures/0").asText()).isEqualTo("BertForSequenceClassification");
    try (Checkpoint again = Checkpoint.open(out())) {
      assertThat(again.names().parameter("classifier.weight")).isPresent();
    }
  }

  @Test
  void everyBasisCanBeMerged() throws IOException {
    Path base = base("bert", DType.F32, Map.of(QUERY + ".weight", new float[24]));
    Adapter adapter = adapter(QUERY, ROWS, COLS).basis(Basis.ORTHOGONAL).basisSeed(3).build();

    merge(base, adapter);

    float[] merged = read("model.safetensors", QUERY + ".weight", DType.F32);
    assertThat(merged).doesNotContain(0f);
    assertThat(merged).isNotEqualTo(delta(adapter));
  }

  @Test
  void sumsThatDoNotFitTheStoredTypeAreRefusedAndNothingIsLeft() throws IOException {
    float[] weight = new float[24];
    weight[0] = 65_000;
    Path base = base("bert", DType.F16, Map.of(QUERY + ".weight", weight));
    Adapter adapter =
        Adapter.builder()
            .scaling(24_000)
            .addLayer(new AdapterLayer(QUERY, ROWS, COLS, new float[] {100}))
            .build();

    assertThatThrownBy(() -> merge(base, adapter))
        .hasMessageStartingWith("merged weight expected finite as F16 but found ")
        .hasMessageContaining("at position 0 (" + QUERY + ".weight");
    try (var left = Files.list(folder)) {
      assertThat(left).containsExactly(base);
    }
  }

  @Test
  void basesThatDoNotFitAreRefusedBeforeAnythingIsWritten() throws IOException {
    Path base = base("bert", DType.F32, Map.of(QUERY + ".weight", numbers(24, 1)));

    assertThatThrownBy(() -> merge(base, adapter(QUERY, 4, 6).build()))
        .isInstanceOf(AdapterFormatException.WrongShape.class)
        .hasMessageContaining("base layer expected [4, 6] but found [6, 4] (" + QUERY);
    assertThatThrownBy(() -> merge(base, adapter("bert.y", 6, 4).build()))
        .isInstanceOf(AdapterFormatException.MissingLayer.class)
        .hasMessageContaining("bert.y in " + base);
    Files.createDirectory(out());
    Files.writeString(out().resolve("mine"), "");
    assertThatThrownBy(() -> merge(base, adapter(QUERY, ROWS, COLS).build()))
        .isInstanceOf(DirectoryNotEmptyException.class);
    assertThatThrownBy(() -> Checkpoint.open(Files.createDirectory(folder.resolve("empty"))))
        .hasMessageContaining("config.json");
    Files.writeString(folder.resolve("empty/config.json"), "{}");
    assertThatThrownBy(() -> Checkpoint.open(folder.resolve("empty")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("but found neither");
  }

  @Test
  void anIndexThatLeadsOutOfTheDirectoryIsRefused() throws IOException {
    Path base = Files.createDirectory(folder.resolve("base"));
    Files.writeString(base.resolve("config.json"), "{\"model_type\": \"bert\"}");
    Files.writeString(
        base.resolve("model.safetensors.index.json"), "{\"weight_map\": {\"w\": \"../w\"}}");

    assertThatThrownBy(() -> Checkpoint.open(base))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("expected the plain name of a file beside it but found \"../w\"");
  }

  private Path out() {
    return folder.resolve("out");
  }

  private MergedCheckpoint.Report merge(Path base, Adapter adapter) throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(base)) {
      return MergedCheckpoint.write(checkpoint, adapter, out());
    }
  }

  private Adapter.Builder adapter(String module, int rows, int cols) {
    return Adapter.builder()
        .scaling(30)
        .addLayer(new AdapterLayer(module, rows, cols, numbers(7, 1)));
  }

  private static double[] delta(Adapter adapter) {
    AdapterLayer layer = adapter.layers().get(0);
    return DenseDelta.of(adapter.entries(layer), layer.coefficients(), adapter.scaling());
  }

  private Path base(String family, DType type, Map<String, float[]> tensors) throws IOException {
    Path base = Files.createDirectory(folder.resolve("base"));
    Files.writeString(base.resolve("config.json"), "{\"model_type\":  \"" + family + "\"}");
    List<TensorSource> sources =
        tensors.entrySet().stream()
            .map(
                entry ->
                    TensorSource.of(
                        entry.getKey(),
                        type,
                        shape(family, entry.getValue().length),
                        entry.getValue()))
            .toList();
    SafetensorsWriter.write(base.resolve("model.safetensors"), sources, Map.of("format", "pt"));
    return base;
  }

  private static long[] shape(String family, int length) {
    if (length != ROWS * COLS) {
      return new long[] {length};
    }
    return family.equals("gpt2") ? new long[] {COLS, ROWS} : new long[] {ROWS, COLS};
  }

  private void shard(Path base, String file, String name, long[] shape) throws IOException {
    int length = (int) (shape.length == 1 ? shape[0] : shape[0] * shape[1]);
    TensorSource source = TensorSource.of(name, DType.F32, shape, numbers(length, 1));
    SafetensorsWriter.write(base.resolve(file), List.of(source), Map.of("format", "pt"));
  }

  private JsonNode json(String file) throws IOException {
    return new ObjectMapper().readTree(out().resolve(file).toFile());
  }

  private float[] read(String file, String tensor, DType type) throws IOException {
    try (SafetensorsFile open = SafetensorsFile.open(out().resolve(file))) {
      assertThat(open.metadata()).containsEntry("format", "pt");
      assertThat(open.entry(tensor).dtype()).isEqualTo(type);
    }
    return readAt(out(), file, tensor);
  }

  private static float[] readAt(Path directory, String file, String tensor) throws IOException {
    try (SafetensorsFile open = SafetensorsFile.open(directory.resolve(file))) {
      return open.floats(tensor);
    }
  }

  private static float stored(DType type, float value) {
    return switch (type) {
      case F16 -> HalfFloats.fromFloat16(HalfFloats.toFloat16(value));
      case BF16 -> HalfFloats.fromBfloat16(HalfFloats.toBfloat16(value));
      default -> value;
    };
  }

  /**
   * The weight change is computed in floats: a sum at the middle of two numbers may fall to either.
   */
  private static float ulp(DType type) {
    return switch (type) {
      case F16 -> 0x1p-9f;
      case BF16 -> 0x1p-6f;
      default -> 1e-5f;
    };
  }

  private float[] numbers(int count, double scale) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) (scale * random.nextGaussian());
    }
    return numbers;
  }
}
