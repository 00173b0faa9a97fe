package io.fourierft.importer.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fourierft.safetensors.DType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

class OnnxWeightsTest {
  private static final byte[] SMALL =
      new OnnxFile()
          .product("/layer/dense/MatMul", "x", "onnx::MatMul_7")
          .with(OnnxFile.tensor("layer.dense.bias", new float[] {1, 2}, 2))
          .with(OnnxFile.tensor("onnx::MatMul_7", new float[] {1, 2, 3, 4, 5, 6}, 3, 2))
          .toBytes();

  private static OnnxWeights open(byte[] bytes) throws IOException {
    return OnnxWeights.open("small.onnx", () -> new ByteArrayInputStream(bytes));
  }

  @Test
  void namesAndTransposesTheWeightOfALinearLayer() throws IOException {
    try (OnnxWeights weights = open(SMALL)) {
      assertThat(weights.tensors().values())
          .containsExactlyInAnyOrder(
              new TensorInfo("layer.dense.weight", List.of(2L, 3L), DType.F32),
              new TensorInfo("layer.dense.bias", List.of(2L), DType.F32));
      try (INDArray weight = weights.read("layer.dense.weight")) {
        assertThat(weight.toFloatMatrix()).isDeepEqualTo(new float[][] {{1, 3, 5}, {2, 4, 6}});
      }
    }
  }

  @Test
  void readsAFileAndVisitsItInStorageOrder(@TempDir Path folder) throws IOException {
    Path file = Files.write(folder.resolve("model.onnx"), SMALL);
    try (OnnxWeights weights = OnnxWeights.open(file)) {
      List<String> order = new ArrayList<>();
      weights.visit(
          List.of("layer.dense.weight", "layer.dense.bias"),
          (name, value) -> {
            order.add(name);
            value.close();
          });
      assertThat(order).containsExactly("layer.dense.bias", "layer.dense.weight");
      assertThat(weights.origin()).isEqualTo(file.toString());
    }
  }

  @Test
  void givesOneTensorTwoNamesIfTwoLayersUseIt() throws IOException {
    byte[] tied =
        new OnnxFile()
            .product("/a/MatMul", "x", "onnx::MatMul_1")
            .product("/b/MatMul", "y", "onnx::MatMul_1")
            .with(OnnxFile.tensor("onnx::MatMul_1", new float[] {1, 2}, 1, 2))
            .toBytes();
    try (OnnxWeights weights = open(tied)) {
      List<float[]> read = new ArrayList<>();
      weights.visit(
          List.of("a.weight", "b.weight"),
          (name, value) -> {
            read.add(value.ravel().toFloatVector());
            value.close();
          });
      assertThat(read).hasSize(2).allSatisfy(row -> assertThat(row).containsExactly(1, 2));
    }
  }

  @Test
  void readsFloatDataDoublesHalvesAndPackedDimensions() throws IOException {
    byte[] packed = OnnxFile.message().bytes(1, new byte[] {2}).toBytes();
    assertThat(packed).hasSize(3);
    byte[] bytes =
        new OnnxFile()
            .with(OnnxFile.described("f", 1, 2).bytes(4, OnnxFile.floats(1.5f, -2)))
            .with(OnnxFile.described("d", 11, 1).bytes(10, new byte[] {0, 0, 0, 0, 0, 0, -8, 63}))
            .with(OnnxFile.described("h", 10, 2).bytes(9, new byte[] {0, 60, 0, -64}))
            .with(OnnxFile.described("b", 16, 1).bytes(9, new byte[] {-64, 63}))
            .with(
                OnnxFile.message()
                    .bytes(1, new byte[] {2})
                    .number(2, 1)
                    .text(8, "p")
                    .bytes(9, OnnxFile.floats(3, 4)))
            .toBytes();
    try (OnnxWeights weights = open(bytes)) {
      assertReads(weights, "f", 1.5f, -2);
      assertReads(weights, "d", 1.5f);
      assertReads(weights, "h", 1, -2);
      assertReads(weights, "b", 1.5f);
      assertReads(weights, "p", 3, 4);
    }
  }

  private static void assertReads(OnnxWeights weights, String name, float... expected)
      throws IOException {
    try (INDArray value = weights.read(name)) {
      assertThat(value.toFloatVector()).as(name).containsExactly(expected);
    }
  }

  @Test
  void refusesToReadIntegersAsWeights() throws IOException {
    byte[] bytes =
        new OnnxFile().with(OnnxFile.described("ids", 7, 1).bytes(9, new byte[8])).toBytes();
    try (OnnxWeights weights = open(bytes)) {
      assertThatThrownBy(() -> weights.read("ids"))
          .isInstanceOf(ModelFormatException.class)
          .hasMessage(
              "ONNX tensor expected floating-point numbers but found I64 (ids, small.onnx)");
      assertThatThrownBy(() -> weights.read("other"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("found other");
    }
  }

  @Test
  void saysWhatStandsInPlaceOfTheModel() {
    refuses(
        text("version https://git-lfs.github.com/spec/v1\noid sha256:0\n"), "a Git LFS pointer");
    refuses(text("\n<!DOCTYPE html>\n<html lang=en>"), "an HTML or XML page");
    refuses(text("{\"error\": \"not found\"}"), "a JSON text");
    refuses(text("PK\3\4 and so on"), "a zip archive");
    refuses(new byte[0], "an empty file");
    refuses(OnnxFile.message().number(1, 7).toBytes(), "expected a graph");
  }

  @Test
  void refusesWrongLengthsBeforeMemoryIsTaken() {
    refuses(
        file(OnnxFile.described("w", 1, 1 << 20, 1 << 20).bytes(9, new byte[8])),
        "expected 4398046511104 bytes of numbers but found 8 (w, small.onnx)");
    refuses(
        file(OnnxFile.described("w", 1, 1L << 30, 1L << 30, 1L << 30).bytes(9, new byte[8])),
        "expected less than 2 GiB of numbers");
    refuses(file(OnnxFile.described("w", 1, -1).bytes(9, new byte[4])), "found one of -1");
    refuses(file(OnnxFile.described("w", 1, 1L << 40)), "found one of 1099511627776");
    refuses(file(OnnxFile.described("w", 1, new long[40])), "at most 32 axes");
    refuses(file(OnnxFile.described("w", 1, 4).promise(9, 1 << 30)), "small.onnx, byte ");
    refuses(file(OnnxFile.message().promise(8, 1 << 30)), "ONNX name expected at most 4096 bytes");
    refuses(
        file(OnnxFile.described("w", 1, 2).bytes(9, new byte[8]).bytes(9, new byte[8])),
        "in one piece");
    refuses(file(OnnxFile.described("w", 1, 2).number(14, 1)), "found them in another file (w");
    refuses(
        new OnnxFile()
            .with(OnnxFile.tensor("w", new float[1], 1))
            .with(OnnxFile.tensor("w", new float[1], 1))
            .toBytes(),
        "expected different names but found w twice");
  }

  @Test
  void refusesEveryTruncatedFile() {
    for (int length = 12; length < SMALL.length; length++) {
      refuses(Arrays.copyOf(SMALL, length), "small.onnx");
    }
  }

  @Test
  void survivesDamagedBytes() {
    SplittableRandom seeds = new SplittableRandom(20261124);
    for (int round = 0; round < 20_000; round++) {
      long seed = seeds.nextLong();
      SplittableRandom random = new SplittableRandom(seed);
      byte[] damaged = SMALL.clone();
      for (int i = random.nextInt(1, 4); i > 0; i--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      try (OnnxWeights weights = open(damaged)) {
        assertThat(weights.tensors().size()).as("seed " + seed).isLessThanOrEqualTo(2);
        for (TensorInfo info : weights.tensors().values()) {
          assertThat(info.length()).as("seed " + seed).isLessThan(1 << 20);
        }
      } catch (ModelFormatException refused) {
        assertThat(refused.getMessage()).as("seed " + seed).contains("small.onnx");
      } catch (IOException | RuntimeException other) {
        throw new AssertionError("seed " + seed, other);
      }
    }
  }

  @Test
  void survivesRandomBytes() {
    SplittableRandom seeds = new SplittableRandom(4711);
    for (int round = 0; round < 20_000; round++) {
      long seed = seeds.nextLong();
      SplittableRandom random = new SplittableRandom(seed);
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      assertThatThrownBy(() -> open(bytes))
          .as("seed " + seed)
          .isInstanceOf(ModelFormatException.class);
    }
  }

  @Test
  void refusesADamagedArchive() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(SMALL);
    }
    byte[] half = Arrays.copyOf(packed.toByteArray(), packed.size() / 2);
    assertThatThrownBy(
            () ->
                OnnxWeights.open(
                    "small.onnx", () -> new GZIPInputStream(new ByteArrayInputStream(half))))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("expected a whole file but found damaged or missing bytes");
  }

  @Test
  void noticesAFileThatShrinksAfterItWasOpened(@TempDir Path folder) throws IOException {
    Path file = Files.write(folder.resolve("model.onnx"), SMALL);
    try (OnnxWeights weights = OnnxWeights.open(file)) {
      Files.write(file, Arrays.copyOf(SMALL, SMALL.length - 10));
      assertThatThrownBy(() -> weights.read("layer.dense.weight"))
          .isInstanceOf(ModelFormatException.class)
          .hasMessageContaining(file.toString());
    }
  }

  private static byte[] file(OnnxFile.Message tensor) {
    return new OnnxFile().with(tensor).toBytes();
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void refuses(byte[] bytes, String message) {
    assertThatThrownBy(() -> open(bytes))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("small.onnx")
        .message()
        .doesNotContain("\n");
  }
}
