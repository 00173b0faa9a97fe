package io.fourierft.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdapterFilesTest {
  @TempDir Path directory;

  @Test
  void readsBackWhatItWrote() throws IOException {
    Path file = directory.resolve("a.fft");
    AdapterFileInfo written = AdapterFiles.write(file, Samples.golden());

    assertThat(AdapterFiles.read(file)).isEqualTo(Samples.golden());
    assertThat(AdapterFiles.verify(file)).isEqualTo(written);
    assertThat(written.sha256())
        .isEqualTo(HexFormat.of().formatHex(Frame.sha256().digest(Files.readAllBytes(file))));
    assertThat(written.size()).isEqualTo(Files.size(file));
    assertThat(written.coefficientBytes()).isEqualTo(14 * 4);
    assertThat(written.tensorBytes()).isEqualTo(9 * 4);
    assertThat(directory).isDirectoryNotContaining(path -> path.toString().endsWith(".tmp"));
  }

  @Test
  void readsBackRandomAdapters() throws IOException {
    for (long seed = 0; seed < 500; seed++) {
      Adapter adapter = Samples.random(seed);
      byte[] bytes = AdapterFiles.toBytes(adapter, StorageType.F32, StorageType.F32);
      Adapter read = AdapterFiles.read(bytes, "memory");
      assertThat(read).as("seed %d", seed).isEqualTo(adapter);
      assertThat(AdapterFiles.toBytes(read, StorageType.F32, StorageType.F32))
          .as("seed %d", seed)
          .isEqualTo(bytes);
    }
  }

  @Test
  void equalAdaptersGiveEqualBytesOnEveryWay() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    AdapterFiles.write(out, Samples.golden(), StorageType.BF16, StorageType.F16);
    Path file = directory.resolve("a.fft");
    AdapterFiles.write(file, Samples.golden(), StorageType.BF16, StorageType.F16);

    assertThat(Files.readAllBytes(file)).isEqualTo(out.toByteArray());
  }

  @Test
  void shortNumberTypesRoundToTheirPrecision() throws IOException {
    Adapter adapter = Samples.deep("base", 3, List.of("h.%d.q"), 64, 100);
    for (StorageType type : List.of(StorageType.F16, StorageType.BF16)) {
      Path file = directory.resolve(type + ".fft");
      AdapterFileInfo info = AdapterFiles.write(file, adapter, type);

      assertThat(info.coefficientBytes()).isEqualTo(600);
      float precision = type == StorageType.F16 ? 0x1p-11f : 0x1p-8f;
      Adapter read = AdapterFiles.read(file);
      for (int i = 0; i < 3; i++) {
        float[] expected = adapter.layers().get(i).coefficients();
        float[] found = read.layers().get(i).coefficients();
        for (int l = 0; l < 100; l++) {
          assertThat(Math.abs(found[l] - expected[l]))
              .isLessThanOrEqualTo(precision * Math.abs(expected[l]) + 0x1p-25f);
        }
      }
      assertThat(AdapterFiles.toBytes(read, type, StorageType.F32))
          .isEqualTo(Files.readAllBytes(file));
    }
  }

  @Test
  void numbersThatDoNotFitAreRefusedAndTheOldFileStays() throws IOException {
    Path file = directory.resolve("a.fft");
    AdapterFiles.write(file, Samples.random(1));
    byte[] before = Files.readAllBytes(file);

    assertThatThrownBy(() -> AdapterFiles.write(file, Samples.golden(), StorageType.F16))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "number expected to fit F16 but found 3.0E30"
                + " (bert.encoder.layer.0.attention.self.value)");
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
    assertThat(directory).isDirectoryNotContaining(path -> path.toString().endsWith(".tmp"));
  }

  @Test
  void robertaBaseTakesTheSizeOfThePaper() throws IOException {
    List<String> modules =
        List.of(
            "roberta.encoder.layer.%d.attention.self.query",
            "roberta.encoder.layer.%d.attention.self.value");
    Adapter adapter = Samples.deep("roberta-base", 12, modules, 768, 1000);

    AdapterFileInfo f32 = AdapterFiles.write(directory.resolve("32.fft"), adapter);
    assertThat(f32.size()).isLessThanOrEqualTo(94 * 1024);
    assertThat(f32.overheadBytes()).isLessThanOrEqualTo(256);
    AdapterFileInfo f16 = AdapterFiles.write(directory.resolve("16.fft"), adapter, StorageType.F16);
    assertThat(f16.size()).isLessThanOrEqualTo(48_256);
  }

  @Test
  void overheadStaysSmallForDeepModelsAndTheQuickStart() throws IOException {
    Adapter miniLm =
        Samples.deep(
            "sentence-transformers/all-MiniLM-L6-v2",
            6,
            List.of(
                "encoder.layer.%d.attention.self.query", "encoder.layer.%d.attention.self.value"),
            384,
            1000);
    assertThat(AdapterFiles.write(directory.resolve("m.fft"), miniLm).size())
        .isLessThanOrEqualTo(50_000);

    Adapter llama =
        Samples.deep(
            "meta-llama/Llama-2-7b-hf",
            32,
            List.of("model.layers.%d.self_attn.q_proj", "model.layers.%d.self_attn.v_proj"),
            4096,
            1000);
    AdapterFileInfo info = AdapterFiles.write(directory.resolve("l.fft"), llama);
    assertThat(info.coefficientBytes()).isEqualTo(250 * 1024);
    assertThat(info.overheadBytes()).isLessThanOrEqualTo(256);
  }

  @Test
  void everyFlippedBitIsDetected() {
    byte[] bytes = AdapterFiles.toBytes(Samples.golden(), StorageType.F32, StorageType.F32);
    for (int bit = 0; bit < bytes.length * 8; bit++) {
      byte[] damaged = bytes.clone();
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      assertThatThrownBy(() -> AdapterFiles.read(damaged, "x.fft"))
          .as("bit %d", bit)
          .isInstanceOf(AdapterFormatException.class)
          .hasMessageContaining("x.fft");
    }
  }

  @Test
  void everyTruncationAndEveryAdditionIsDetected() {
    byte[] bytes = AdapterFiles.toBytes(Samples.golden(), StorageType.F32, StorageType.F32);
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> AdapterFiles.read(cut, "x.fft"))
          .as("length %d", length)
          .isInstanceOf(AdapterFormatException.Corrupt.class);
    }
    byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
    assertThatThrownBy(() -> AdapterFiles.verify(longer, "x.fft"))
        .isInstanceOf(AdapterFormatException.Corrupt.class)
        .hasMessageContaining("but found more (x.fft)");
  }

  @Test
  void randomFlipsOfALargeFileAreDetected() {
    Adapter adapter = Samples.deep("base", 12, List.of("h.%d.q"), 768, 1000);
    byte[] bytes = AdapterFiles.toBytes(adapter, StorageType.F32, StorageType.F32);
    Random random = new Random(11);
    for (int i = 0; i < 10_000; i++) {
      int bit = random.nextInt(bytes.length * 8);
      bytes[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(isDetected(bytes)).as("seed 11, bit %d", bit).isTrue();
      bytes[bit / 8] ^= (byte) (1 << bit % 8);
    }
  }

  private static boolean isDetected(byte[] bytes) {
    try {
      AdapterFiles.verify(bytes, "x.fft");
      return false;
    } catch (AdapterFormatException e) {
      return e.getMessage().contains("x.fft");
    }
  }

  @Test
  void truncationsOfALargeFileAreDetected() {
    Adapter adapter = Samples.deep("base", 12, List.of("h.%d.q", "h.%d.v"), 768, 1000);
    byte[] bytes = AdapterFiles.toBytes(adapter, StorageType.F32, StorageType.F32);
    for (int length = 0; length < bytes.length; length += 61) {
      assertThat(isDetected(Arrays.copyOf(bytes, length))).as("length %d", length).isTrue();
    }
  }

  @Test
  void missingFilesAndDirectoriesAreIoErrors() {
    assertThatThrownBy(() -> AdapterFiles.read(directory.resolve("none.fft")))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("none.fft");
    assertThatThrownBy(() -> AdapterFiles.write(directory, Samples.golden()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("expected a file name but found a directory");
    assertThatThrownBy(
            () -> AdapterFiles.write(directory.resolve("no/such/a.fft"), Samples.golden()))
        .isInstanceOf(IOException.class);
  }
}
