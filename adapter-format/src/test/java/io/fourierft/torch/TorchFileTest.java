package io.fourierft.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fourierft.io.PrivateMapping;
import io.fourierft.safetensors.DType;
import io.fourierft.safetensors.SafetensorsFile;
import io.fourierft.torch.TorchException.Reason;
import java.io.EOFException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files written by PyTorch: tools/reference/torch_files.py. */
class TorchFileTest {
  @TempDir Path folder;

  @Test
  void allTypesAreNamedAndFloatsAreRead() throws Exception {
    float[] values = {0, 1, 2, 4, 8, 16};
    try (TorchFile file = TorchFile.open(golden("all_types.bin"))) {
      assertThat(file.tensors()).hasSize(16).allMatch(TorchTensor::contiguous);
      for (String name : new String[] {"float16", "bfloat16", "float32", "float64"}) {
        assertThat(file.floats(name)).containsExactly(values);
      }
      Map<String, DType> types =
          Map.of(
              "bool", DType.BOOL,
              "uint16", DType.U16,
              "int64", DType.I64,
              "complex64", DType.C64,
              "float8_e5m2", DType.F8_E5M2,
              "float8_e4m3fn", DType.F8_E4M3);
      for (Map.Entry<String, DType> type : types.entrySet()) {
        assertThat(file.tensor(type.getKey()).dtype()).isEqualTo(type.getValue());
      }
      ByteBuffer bytes = ByteBuffer.allocate(6 * 8);
      file.stream("int64").fill(bytes);
      assertThat(bytes.array()[5 * 8]).isEqualTo((byte) 16);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"2", "3", "4", "5", "_legacy"})
  void viewsAreReadInRowMajorOrderUnderEveryProtocol(String protocol) throws Exception {
    JsonNode expected = new ObjectMapper().readTree(Files.readAllBytes(golden("views.json")));
    try (TorchFile file = TorchFile.open(golden("views" + protocol + ".bin"))) {
      assertThat(file.tensors()).hasSize(expected.size());
      for (TorchTensor tensor : file.tensors()) {
        float[] values = file.floats(tensor.name());
        assertThat(tensor.elements()).isEqualTo(values.length);
        JsonNode numbers = expected.get(tensor.name());
        assertThat(numbers).as(tensor.name()).hasSize(values.length);
        for (int i = 0; i < values.length; i++) {
          assertThat(values[i]).as(tensor.name()).isEqualTo((float) numbers.get(i).asDouble());
        }
      }
      assertThat(file.tensor("tied").tiedTo(file.tensor("base"))).isTrue();
      assertThat(file.tensor("rows").tiedTo(file.tensor("base"))).isFalse();
      assertThat(file.tensor("transposed").contiguous()).isFalse();
    }
  }

  @Test
  void noLegacyFileThatIsCutOffOrChangedIsReadAsSomethingElse() throws Exception {
    byte[] whole = Files.readAllBytes(golden("legacy.bin"));
    Path file = folder.resolve("cut.bin");
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> TorchFile.open(file).close())
          .as("first %d bytes", length)
          .isInstanceOf(TorchException.class)
          .hasMessageContaining("cut.bin");
    }
    for (int at = 0; at < whole.length; at++) {
      byte[] changed = whole.clone();
      changed[at] ^= (byte) 0xff;
      Files.write(file, changed);
      try (TorchFile opened = TorchFile.open(file)) {
        assertThat(opened.tensors()).as("byte %d", at).hasSize(1);
        for (TorchTensor tensor : opened.tensors()) {
          assertThat(tensor.bytes()).as("byte %d", at).isLessThanOrEqualTo(24);
        }
      } catch (TorchException refused) {
        assertThat(refused).hasMessageContaining("cut.bin");
      }
    }
  }

  @Test
  void aTensorIsReadInPiecesOfAnySize() throws Exception {
    try (TorchFile file = TorchFile.open(golden("views2.bin"))) {
      for (String name : new String[] {"base", "cube", "expanded"}) {
        TensorStream stream = file.stream(name);
        ByteBuffer pieces = ByteBuffer.allocate((int) file.tensor(name).bytes());
        for (int step = 1; pieces.limit(pieces.position()).position() < pieces.capacity(); step++) {
          pieces.limit(Math.min(pieces.capacity(), pieces.position() + 4 * step));
          stream.fill(pieces);
        }
        ByteBuffer whole = ByteBuffer.allocate(pieces.capacity());
        file.stream(name).fill(whole);
        assertThat(pieces.array()).as(name).isEqualTo(whole.array());
        assertThatThrownBy(() -> stream.fill(ByteBuffer.allocate(4)))
            .isInstanceOf(EOFException.class)
            .hasMessage("tensor expected 4 more bytes but found 0 (%s)", name);
      }
    }
  }

  @Test
  void aStateDictBesideTrainingStateIsFound() throws Exception {
    try (TorchFile file = TorchFile.open(golden("nested.pt"))) {
      assertThat(file.tensors()).extracting(TorchTensor::name).containsExactly("weight", "bias");
      assertThatThrownBy(() -> file.tensor("weights"))
          .hasMessageStartingWith("tensor expected 'weights' but found none of the name among 2");
    }
    try (TorchFile file = TorchFile.open(golden("empty.bin"))) {
      assertThat(file.tensors()).isEmpty();
    }
  }

  @Test
  void onlyTensorsThatShareNothingAreCutOutOfTheMappedFile() throws Exception {
    try (TorchFile file = TorchFile.open(golden("views2.bin"));
        PrivateMapping mapping = file.mapPrivate().orElseThrow()) {
      for (String name : new String[] {"base", "tied", "rows", "transposed", "double", "bfloat"}) {
        assertThat(file.cut(name, mapping)).as(name).isEmpty();
      }
      ByteBuffer tagged = file.cut("tagged", mapping).orElseThrow();
      float[] numbers = new float[tagged.remaining() / Float.BYTES];
      tagged.asFloatBuffer().get(numbers);
      assertThat(numbers).isEqualTo(file.floats("tagged")).isNotEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "vit-mnist-trained/vit_mnist_3class.pt, pos_embedding, vit-mnist-trained/hf_3class,"
        + " vit.embeddings.position_embeddings",
    "gpt2arch-slm4096/ckpt.pt, tok_emb.weight, gpt2arch-slm4096/hf, transformer.wte.weight"
  })
  void trainedCheckpointsHoldWhatTheirSafetensorsHold(
      String torch, String name, String folder, String other) throws Exception {
    String data = System.getProperty("fourierft.data", "");
    Path file = Path.of(data, torch);
    assumeTrue(!data.isEmpty() && Files.isRegularFile(file), "fourierft.data has no " + torch);
    try (TorchFile trained = TorchFile.open(file);
        SafetensorsFile converted =
            SafetensorsFile.open(Path.of(data, folder, "model.safetensors"))) {
      assertThat(trained.floats(name)).isEqualTo(converted.floats(other)).isNotEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "no_tensors.pt | CONTENT | a dictionary of tensors but found 1 other values such as [epoch]",
        "list.pt | CONTENT | a dictionary of tensors but found another object",
        "module.pt | FORBIDDEN | a reference to torch.nn.modules.linear.Linear",
        "command.bin | FORBIDDEN | a reference to posix.system",
        "sparse.bin | FORBIDDEN | a reference to torch._utils._rebuild_sparse_tensor",
        "script.pt | OTHER_TORCH | a TorchScript program: save its state_dict()",
        "compressed.pt | COMPRESSED | compressed or encrypted: load it in Python and save it again",
        "views.json | NOT_TORCH | a zip archive but found a JSON text"
      })
  void otherFilesAreRefusedByWhatTheyAre(String name, Reason reason, String message)
      throws Exception {
    Path file = golden(name);
    assertThatThrownBy(() -> TorchFile.open(file))
        .isInstanceOfSatisfying(TorchException.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .hasMessageContaining(message)
        .hasMessageContaining(file.toString());
  }

  @Test
  void everyCutOffFileIsRefused() throws Exception {
    byte[] whole = Files.readAllBytes(golden("views2.bin"));
    Path file = folder.resolve("cut.bin");
    for (int length = 0; length < whole.length; length += length < 64 ? 1 : 37) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> TorchFile.open(file))
          .as("%d bytes", length)
          .isInstanceOf(TorchException.class)
          .hasMessageContaining(file.toString());
    }
  }

  @Test
  void damagedFilesAreReadOrRefusedAndNothingElse() throws Exception {
    byte[] whole = Files.readAllBytes(golden("nested.pt"));
    Path file = folder.resolve("damaged.bin");
    int opened = 0;
    for (int at = 0; at < whole.length; at += 3) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 0x55;
      Files.write(file, damaged);
      opened += readable(file) ? 1 : 0;
    }
    assertThat(opened).isBetween(1, whole.length / 3); // checksums of the archive are not read
  }

  private static boolean readable(Path path) throws IOException {
    try (TorchFile file = TorchFile.open(path)) {
      for (TorchTensor tensor : file.tensors()) {
        file.stream(tensor.name()).fill(ByteBuffer.allocate((int) tensor.bytes()));
      }
      return true;
    } catch (TorchException e) {
      return false;
    }
  }

  @Test
  void typesOtherThanRealNumbersAreNoFloats() throws Exception {
    try (TorchFile file = TorchFile.open(golden("all_types.bin"))) {
      assertThatThrownBy(() -> file.floats("int64"))
          .isInstanceOf(TorchException.class)
          .hasMessageContaining("expected F64, F32, F16 or BF16")
          .hasMessageContaining("found I64 of 6");
    }
  }

  private static Path golden(String name) throws URISyntaxException {
    return Path.of(TorchFileTest.class.getResource(name).toURI());
  }
}
