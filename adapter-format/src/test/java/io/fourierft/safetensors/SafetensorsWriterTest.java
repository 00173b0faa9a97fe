package io.fourierft.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsWriterTest {
  @TempDir Path directory;

  @Test
  void namesAreOrderedByCodePoint() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SafetensorsWriter.write(
        out, List.of(floats("\ud83d\ude00", 0), floats("\uffee", 0), floats("a", 0)), Map.of());
    String text = out.toString(StandardCharsets.UTF_8);
    assertThat(text.indexOf("\"a\"")).isLessThan(text.indexOf('\uffee'));
    assertThat(text.indexOf('\uffee')).isLessThan(text.indexOf("\ud83d\ude00"));
  }

  @Test
  void longTensorsOfEveryFloatTypeAreReadBack() throws IOException {
    Random random = new Random(7);
    float[] values = new float[100_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = HalfFloats.fromBfloat16(HalfFloats.toBfloat16(random.nextFloat()));
    }
    Path path = directory.resolve("a.safetensors");
    long[] shape = {100, 1000};
    SafetensorsWriter.write(
        path,
        List.of(
            TensorSource.of("f", DType.F32, shape, values),
            TensorSource.of("h", DType.F16, shape, values),
            TensorSource.of("b", DType.BF16, shape, values)),
        Map.of());
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(file.entries()).extracting(TensorEntry::name).containsExactly("f", "b", "h");
      assertThat(file.floats("f")).isEqualTo(values);
      assertThat(file.floats("b")).isEqualTo(values);
      assertThat(file.floats("h")[99_999])
          .isEqualTo(HalfFloats.fromFloat16(HalfFloats.toFloat16(values[99_999])));
    }
  }

  @Test
  void dataOfAnotherSizeIsRefusedAndNothingIsLeft() {
    TensorSource wrong =
        new TensorSource("a", DType.F32, List.of(2L), out -> out.write(new byte[7]));
    Path path = directory.resolve("a.safetensors");
    assertThatThrownBy(() -> SafetensorsWriter.write(path, List.of(wrong), Map.of()))
        .hasMessage("tensor data expected 8 bytes but found 7 (a)");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void namesTwiceReservedNamesAndBadShapesAreRefused() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThatThrownBy(
            () -> SafetensorsWriter.write(out, List.of(floats("a", 1), floats("a", 1)), Map.of()))
        .hasMessage("tensor names expected distinct but found 'a' twice or reserved");
    assertThatThrownBy(
            () -> SafetensorsWriter.write(out, List.of(floats("__metadata__", 1)), Map.of()))
        .hasMessageContaining("reserved");
    assertThatThrownBy(() -> TensorSource.of("a", DType.F32, new long[] {-1}, new float[1]))
        .hasMessageContaining("sides >= 0");
    assertThatThrownBy(() -> TensorSource.of("a", DType.I32, new long[] {1}, new float[1]))
        .hasMessageContaining("F32, F16 or BF16");
    assertThat(out.size()).isZero();
  }

  private static TensorSource floats(String name, int size) {
    return TensorSource.of(name, DType.F32, new long[] {size}, new float[size]);
  }
}
