package io.fourierft.importer.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fourierft.safetensors.DType;
import io.fourierft.safetensors.SafetensorsWriter;
import io.fourierft.safetensors.TensorSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class CheckpointWeightsTest {
  private static final String INDEX = "model.safetensors.index.json";

  @TempDir Path folder;

  private Path write(String name, TensorSource... tensors) throws IOException {
    Path file = folder.resolve(name);
    SafetensorsWriter.write(file, List.of(tensors), Map.of());
    return file;
  }

  private static TensorSource tensor(String name, DType type, long[] shape, float... values) {
    return TensorSource.of(name, type, shape, values);
  }

  @Test
  void widensEveryFloatingPointTypeToFloat() throws IOException {
    byte[] doubles =
        ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putDouble(0.1).putDouble(-3).array();
    Path file =
        write(
            "mixed.safetensors",
            tensor("f32", DType.F32, new long[] {2, 2}, 1, 2, 3, 4),
            tensor("f16", DType.F16, new long[] {2}, 0.5f, -8),
            tensor("bf16", DType.BF16, new long[] {1}, 1.5f),
            new TensorSource("f64", DType.F64, List.of(2L), out -> out.write(doubles)),
            tensor("scalar", DType.F32, new long[0], 7));
    try (WeightSource weights = WeightFiles.open(file)) {
      try (INDArray matrix = weights.read("f32")) {
        assertThat(matrix.toFloatMatrix()).isDeepEqualTo(new float[][] {{1, 2}, {3, 4}});
      }
      assertReads(weights, "f16", 0.5f, -8);
      assertReads(weights, "bf16", 1.5f);
      assertReads(weights, "f64", 0.1f, -3);
      try (INDArray scalar = weights.read("scalar")) {
        assertThat(scalar.getFloat()).isEqualTo(7);
      }
    }
  }

  private static void assertReads(WeightSource weights, String name, float... expected)
      throws IOException {
    try (INDArray value = weights.read(name)) {
      assertThat(value.toFloatVector()).as(name).isEqualTo(expected);
    }
  }

  @Test
  void readsTensorsThatAreLongerThanAChunk() throws IOException {
    float[] values = new float[700_001];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    Path file = write("long.safetensors", tensor("w", DType.F32, new long[] {700_001}, values));
    try (WeightSource weights = WeightFiles.open(file)) {
      assertReads(weights, "w", values);
    }
  }

  @Test
  void changingALoadedMatrixLeavesItsFileAlone() throws IOException {
    float[] values = new float[512 * 600];
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
      sum += i;
    }
    Path file = write("w.safetensors", tensor("w", DType.F32, new long[] {512, 600}, values));
    byte[] before = Files.readAllBytes(file);
    try (INDArray first = readAndClose(file);
        INDArray second = readAndClose(file)) {
      Files.delete(file); // the arrays stay
      Files.write(file, before);
      first.addi(1);
      assertThat(first.getFloat(511, 599)).isEqualTo(values.length);
      assertThat(second.getFloat(511, 599)).isEqualTo(values.length - 1);
      try (INDArray doubles = second.castTo(DataType.DOUBLE)) {
        assertThat(doubles.sumNumber().doubleValue()).isEqualTo(sum);
      }
      try (INDArray product = second.mmul(first.transpose())) {
        assertThat(product.shape()).containsExactly(512, 512);
      }
    }
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }

  private static INDArray readAndClose(Path file) throws IOException {
    try (WeightSource weights = WeightFiles.open(file)) {
      return weights.read("w");
    }
  }

  @Test
  void joinsTheShardsOfAnIndex() throws IOException {
    write("a.safetensors", tensor("x", DType.F32, new long[] {1}, 1));
    write("b.safetensors", tensor("y", DType.F32, new long[] {1}, 2));
    Files.writeString(
        folder.resolve(INDEX),
        "{\"weight_map\": {\"x\": \"a.safetensors\", \"y\": \"b.safetensors\"}}");
    try (WeightSource weights = WeightFiles.open(folder)) {
      List<String> visited = new ArrayList<>();
      weights.visit(
          List.of("y", "x"),
          (name, value) -> {
            visited.add(name + value.getFloat(0));
            value.close();
          });
      assertThat(visited).containsExactly("x1.0", "y2.0");
      assertThat(weights.origin()).endsWith(INDEX);
    }
  }

  @Test
  void shardsMayLieBelowTheirIndex() throws IOException {
    Files.createDirectory(folder.resolve("sub"));
    write("sub/a.safetensors", tensor("x", DType.F32, new long[] {1}, 1));
    write("b.safetensors", tensor("y", DType.F32, new long[] {1}, 2));
    Files.writeString(
        folder.resolve(INDEX),
        "{\"weight_map\": {\"x\": \"sub/a.safetensors\", \"y\": \"./b.safetensors\"}}");
    try (WeightSource weights = WeightFiles.open(folder)) {
      assertThat(weights.tensors()).containsOnlyKeys("x", "y");
      assertReads(weights, "x", 1);
    }
  }

  @Test
  void readsASnapshotOfLinksToBlobs() throws IOException {
    Path blobs = Files.createDirectories(folder.resolve("blobs"));
    Path snapshot = Files.createDirectories(folder.resolve("snapshots/1f2e"));
    write("blobs/00", tensor("x", DType.F32, new long[] {1}, 1));
    Files.writeString(blobs.resolve("01"), "{\"weight_map\": {\"x\": \"a.safetensors\"}}");
    Files.createSymbolicLink(snapshot.resolve("a.safetensors"), Path.of("../../blobs/00"));
    Files.createSymbolicLink(snapshot.resolve(INDEX), Path.of("../../blobs/01"));
    try (WeightSource weights = WeightFiles.open(snapshot)) {
      assertReads(weights, "x", 1);
    }
  }

  @Test
  void prefersTheSingleFileOfAFolder() throws IOException {
    write("model.safetensors", tensor("x", DType.F32, new long[] {1}, 1));
    try (WeightSource weights = WeightFiles.open(folder)) {
      assertThat(weights.tensors()).containsOnlyKeys("x");
    }
  }

  @Test
  void refusesIndexesThatDoNotHold() throws IOException {
    write("a.safetensors", tensor("x", DType.F32, new long[] {1}, 1));
    refusesIndex(
        "{\"weight_map\": {\"x\": \"gone.safetensors\"}}", "found none named gone.safetensors");
    refusesIndex(
        "{\"weight_map\": {\"x\": \"a.safetensors\", \"y\": \"a.safetensors\"}}",
        "expected the 2 tensors of their index but found none named y");
    for (String name : List.of("../a.safetensors", "/a.safetensors", "b/../a.safetensors", "")) {
      refusesIndex(
          "{\"weight_map\": {\"x\": \"" + name + "\"}}",
          "the plain name of a file beside or below it but found \"" + name + '"');
    }
    refusesIndex("{\"weight_map\": {\"x\": 7}}", "the plain name of a file");
    refusesIndex("{\"weight_map\": {\"x\": 7}, \"y\": ", "expected a JSON object");
    refusesIndex("{\"weight_map\": []}", "a weight_map");
    refusesIndex("[]", "a weight_map");
  }

  private void refusesIndex(String json, String message) throws IOException {
    Files.writeString(folder.resolve(INDEX), json);
    assertThatThrownBy(() -> WeightFiles.open(folder))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining(message)
        .hasMessageContaining(folder.toString())
        .message()
        .doesNotContain("\n");
  }

  @Test
  void saysWhatStandsInPlaceOfTheModel() throws IOException {
    Path file = folder.resolve("model.safetensors");
    for (String content :
        List.of(
            "", "version https://git-lfs.github.com/spec/v1\n", "<!DOCTYPE html><html></html>")) {
      Files.writeString(file, content);
      assertThatThrownBy(() -> WeightFiles.open(folder))
          .isInstanceOf(ModelFormatException.class)
          .hasMessageContaining(file.toString());
    }
    Files.delete(file);
    assertThatThrownBy(() -> WeightFiles.open(folder))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("expected one of model.safetensors, model.safetensors.index.json, ")
        .hasMessageContaining("but found none (" + folder + ")");
    assertThatThrownBy(() -> WeightFiles.open(file))
        .isInstanceOf(ModelFormatException.class)
        .hasMessage(
            "model.safetensors expected the file itself but found none: download it ("
                + file
                + ")");
  }

  @Test
  void otherFormatsAreNamedWithTheWayOut() throws IOException {
    for (Map.Entry<String, String> other :
        Map.of(
                "tf_model.h5", "TensorFlow weights: in Python",
                "flax_model.msgpack", "Flax weights",
                "model.Q4_0.gguf", "llama.cpp's format",
                "consolidated.00.pth", "Meta's own layout")
            .entrySet()) {
      Path file = Files.writeString(folder.resolve(other.getKey()), "weights");
      assertThatThrownBy(() -> WeightFiles.open(folder))
          .isInstanceOf(ModelFormatException.class)
          .hasMessageContaining("but found " + other.getKey() + ", " + other.getValue());
      Files.delete(file);
    }
  }

  @Test
  void torchFilesAreReadByName() throws Exception {
    Path bin = torch("pytorch_model.bin");
    for (Path path : List.of(folder, bin)) {
      try (WeightSource weights = WeightFiles.open(path)) {
        assertReads(weights, "b", 1, 2, 3);
        assertThat(weights.firstName("b")).isEqualTo("a");
        assertThat(weights.firstName("a")).isEqualTo("a");
        try (INDArray rows = weights.read("t")) {
          assertThat(rows.toFloatMatrix()).isDeepEqualTo(new float[][] {{0, 3}, {1, 4}, {2, 5}});
        }
        assertThatThrownBy(() -> weights.read("ids"))
            .isInstanceOf(ModelFormatException.class)
            .hasMessageContaining("expected floating-point numbers but found I64 (ids, ");
      }
    }
  }

  @Test
  void checksumsAreThoseOfTheFloatsThatAreRead() throws Exception {
    float[] values = new float[70_001];
    for (int i = 0; i < values.length; i++) {
      values[i] = i % 97 - 48.5f;
    }
    byte[] doubles =
        ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putDouble(0.1).putDouble(-3).array();
    Path mixed =
        write(
            "mixed.safetensors",
            tensor("f32", DType.F32, new long[] {70_001}, values),
            tensor("f16", DType.F16, new long[] {70_001, 1}, values),
            tensor("bf16", DType.BF16, new long[] {1, 70_001}, values),
            new TensorSource("f64", DType.F64, List.of(2L), out -> out.write(doubles)),
            tensor("none", DType.F32, new long[] {0}),
            tensor("scalar", DType.F32, new long[0], 7));
    for (Path path : List.of(mixed, torch("pytorch_model.bin"))) {
      try (WeightSource weights = WeightFiles.open(path)) {
        List<String> names = new ArrayList<>(weights.tensors().keySet());
        names.removeAll(List.of("ids", "none"));
        Map<String, Long> sums = weights.checksums(names);
        assertThat(sums).containsOnlyKeys(names);
        for (String name : names) {
          try (INDArray value = weights.read(name)) {
            assertThat(sums.get(name)).as(name).isEqualTo(Checksums.of(value));
          }
        }
      }
    }
  }

  @Test
  void aRetainedSourceReadsWhatWasThereAfterTheFirstIsClosed() throws IOException {
    Path file = write("w.safetensors", tensor("w", DType.F32, new long[] {2}, 1, 2));
    WeightSource first = WeightFiles.open(file);
    try (WeightSource second = first.retain().orElseThrow()) {
      Map<String, Long> sums = first.checksums(List.of("w"));
      first.close();
      first.close(); // twice is once
      Files.delete(file);
      assertThat(second.checksums(List.of("w"))).isEqualTo(sums);
    }
    assertThatThrownBy(() -> first.checksums(List.of("w"))).isInstanceOf(IOException.class);
  }

  @Test
  void tiedTensorsOfOneVisitAreTwoArrays() throws Exception {
    try (WeightSource weights = WeightFiles.open(torch("pytorch_model.bin"))) {
      Map<String, INDArray> read = new HashMap<>();
      weights.visit(List.of("a", "b"), read::put);
      read.get("a").addi(1);
      assertThat(read.get("a").toFloatVector()).containsExactly(2, 3, 4);
      assertThat(read.get("b").toFloatVector()).containsExactly(1, 2, 3);
      read.values().forEach(INDArray::close);
    }
  }

  @Test
  void torchShardsAreJoined() throws Exception {
    torch("x-1.bin");
    String index = "{\"weight_map\": {\"a\": \"x-1.bin\", \"t\": \"x-1.bin\"}}";
    Files.writeString(folder.resolve("pytorch_model.bin.index.json"), index);
    try (WeightSource weights = WeightFiles.open(folder)) {
      assertThat(weights.tensors()).containsOnlyKeys("a", "t");
      assertReads(weights, "a", 1, 2, 3);
    }
  }

  @Test
  void safetensorsThatAreTorchFilesAreNamed() throws Exception {
    Path wrong = torch("model.safetensors");
    assertThatThrownBy(() -> WeightFiles.open(folder))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("a zip archive")
        .hasMessageContaining(wrong.toString());
    Files.delete(wrong);
    write("pytorch_model.bin", tensor("x", DType.F32, new long[] {1}, 1));
    assertThatThrownBy(() -> WeightFiles.open(folder))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("PyTorch file expected a zip archive but found");
  }

  /** Copies the file of tools/reference/torch_files.py. */
  private Path torch(String name) throws Exception {
    Path golden = Path.of(getClass().getResource("/golden/weights.bin").toURI());
    return Files.copy(golden, folder.resolve(name));
  }

  @Test
  void refusesATruncatedFile() throws IOException {
    Path file = write("w.safetensors", tensor("w", DType.F32, new long[] {100}, new float[100]));
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length - 1));
    assertThatThrownBy(() -> WeightFiles.open(file))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void refusesToReadIntegersAsWeights() throws IOException {
    Path file =
        write(
            "ids.safetensors",
            new TensorSource("ids", DType.I64, List.of(1L), out -> out.write(new byte[8])));
    try (WeightSource weights = WeightFiles.open(file)) {
      assertThatThrownBy(() -> weights.read("ids"))
          .isInstanceOf(ModelFormatException.class)
          .hasMessageContaining("expected floating-point numbers but found I64 (ids, ");
      assertThatThrownBy(() -> weights.read("other")).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
