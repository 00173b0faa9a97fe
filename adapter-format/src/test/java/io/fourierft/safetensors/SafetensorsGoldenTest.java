package io.fourierft.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Files made by the reference implementation: tools/reference/peft_safetensors.py. */
class SafetensorsGoldenTest {
  @Test
  void allTypesAreReadAndWrittenBackByteForByte() throws Exception {
    Path golden = resource("all_types.safetensors");
    try (SafetensorsFile file = SafetensorsFile.open(golden)) {
      assertThat(file.entries()).hasSize(22);
      assertThat(file.metadata()).isEqualTo(Map.of("format", "pt"));
      assertThat(rewritten(file)).isEqualTo(Files.readAllBytes(golden));
    }
  }

  @Test
  void emptyFilesAreReadAndWrittenBackByteForByte() throws Exception {
    Path golden = resource("none.safetensors");
    try (SafetensorsFile file = SafetensorsFile.open(golden)) {
      assertThat(file.entries()).isEmpty();
      assertThat(rewritten(file)).isEqualTo(Files.readAllBytes(golden));
    }
  }

  @Test
  void numbersAreThoseThatPyTorchWrote() throws Exception {
    try (SafetensorsFile file = SafetensorsFile.open(resource("all_types.safetensors"))) {
      float[] values = {0, 1, 2, 4, 8, 16};
      assertThat(file.floats("float32")).containsExactly(values);
      assertThat(file.floats("float16")).containsExactly(values);
      assertThat(file.floats("bfloat16")).containsExactly(values);
      assertThat(file.floats("z.float")).containsExactly(-0f, 1e-30f, 65504f);
      assertThat(file.floats("scalar")).containsExactly(1.5f);
      assertThat(file.entry("scalar").shape()).isEmpty();
      assertThat(file.floats("empty")).isEmpty();
      assertThat(file.floats("a.half")).containsExactly(0.0999755859375f);
      assertThat(file.entry("int64").dtype()).isEqualTo(DType.I64);
      assertThat(file.map("int64").getLong(8 * 5)).isEqualTo(16);
      ByteBuffer last = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
      file.read("int64", 8 * 5, last);
      assertThat(last.getLong(0)).isEqualTo(16);
      assertThatThrownBy(() -> file.read("int64", 8 * 5 + 1, last.clear()))
          .isInstanceOf(SafetensorsException.class)
          .hasMessageContaining("inside the 48 bytes of the tensor but found 41 + 8");
    }
  }

  private static byte[] rewritten(SafetensorsFile file) throws IOException {
    List<TensorSource> sources = new ArrayList<>();
    for (TensorEntry entry : file.entries()) {
      byte[] bytes = new byte[(int) entry.bytes()];
      ByteBuffer mapped = file.map(entry.name());
      mapped.get(bytes);
      sources.add(
          new TensorSource(entry.name(), entry.dtype(), entry.shape(), out -> out.write(bytes)));
    }
    Collections.shuffle(sources, new Random(5));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SafetensorsWriter.write(out, sources, file.metadata());
    return out.toByteArray();
  }

  private static Path resource(String name) throws URISyntaxException {
    return Path.of(SafetensorsGoldenTest.class.getResource(name).toURI());
  }
}
