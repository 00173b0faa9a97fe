package io.fourierft.cli.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterFiles;
import io.fourierft.adapter.AdapterFormatException;
import io.fourierft.adapter.LayerShapes;
import io.fourierft.adapter.StorageType;
import io.fourierft.adapter.proto.AdapterMessage;
import io.fourierft.cli.CommandLines;
import io.fourierft.peft.PeftDirectory;
import io.fourierft.safetensors.DType;
import io.fourierft.safetensors.SafetensorsException;
import io.fourierft.safetensors.SafetensorsWriter;
import io.fourierft.safetensors.TensorSource;
import io.fourierft.torch.TorchException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each kind of adapter that cannot be used: an exception of its own, one line on the command line
 * that names the file, exit code 1, and nothing written.
 */
class BadAdaptersTest {
  private static final int HEADER = 16;
  private static final int DIGEST = 32;

  @TempDir private Path folder;

  /** A bad input: what it is, how it is made, how it is told. */
  private record Bad(String what, Maker maker, Class<? extends IOException> told, String text) {
    @Override
    public String toString() {
      return what;
    }
  }

  private interface Maker {
    /** Makes the input in an empty folder and returns its path. */
    Path in(Path folder) throws IOException;
  }

  static Stream<Bad> inputs() {
    return Stream.of(
        new Bad("too old", file(BadAdaptersTest::old), AdapterFormatException.TooOld.class, "0"),
        new Bad("too new", file(BadAdaptersTest::later), AdapterFormatException.TooNew.class, "9"),
        new Bad(
            "flipped", file(BadAdaptersTest::flip), AdapterFormatException.Corrupt.class, "sha"),
        new Bad(
            "cut", file(BadAdaptersTest::cut), AdapterFormatException.Corrupt.class, "expected"),
        new Bad(
            "layer twice",
            message(BadAdaptersTest::twice),
            AdapterFormatException.Duplicate.class,
            "layers expected distinct but found"),
        new Bad(
            "NaN",
            message(builder -> numbers(builder, Float.NaN)),
            AdapterFormatException.NotFinite.class,
            "coefficient expected finite but found NaN"),
        new Bad(
            "infinity",
            message(builder -> numbers(builder, Float.POSITIVE_INFINITY)),
            AdapterFormatException.NotFinite.class,
            "coefficient expected finite but found Infinity"),
        new Bad(
            "another n",
            message(builder -> builder.getLayersBuilder(0).getPartsBuilder(0).setN(19)),
            AdapterFormatException.WrongCount.class,
            "expected"),
        new Bad(
            "n of another configuration",
            peft("n_frequency\": 31", "n_frequency\": 30"),
            AdapterFormatException.WrongCount.class,
            "n_frequency expected 30 by adapter_config.json but found 31 coefficients"),
        new Bad(
            "another method",
            peft("FOURIERFT", "LORA"),
            AdapterFormatException.OtherMethod.class,
            "peft_type expected FOURIERFT, the only one read, but found 'LORA'"),
        new Bad(
            "NaN in safetensors",
            BadAdaptersTest::notANumber,
            AdapterFormatException.NotFinite.class,
            "coefficient expected finite but found NaN"),
        new Bad(
            "cut safetensors",
            BadAdaptersTest::cutSafetensors,
            SafetensorsException.class,
            "adapter_model.safetensors"),
        new Bad(
            "pickle with code",
            BadAdaptersTest::code,
            TorchException.class,
            "a reference to posix.system"));
  }

  @ParameterizedTest
  @MethodSource("inputs")
  void isRefusedByItsOwnExceptionAndInOneLine(Bad bad) throws IOException {
    Path input = bad.maker().in(Files.createDirectory(folder.resolve("in")));
    Source source = Source.detect(input);

    assertThatThrownBy(() -> AdapterReader.read(source, LayerShapes.unknown()))
        .isExactlyInstanceOf(bad.told())
        .hasMessageContaining(bad.text())
        .hasMessageContaining(input.toString());
    Path out = folder.resolve("out");
    for (List<String> command :
        List.of(
            List.of("inspect", input.toString()),
            List.of("verify", input.toString()),
            List.of("diff", input.toString(), input.toString()),
            List.of(
                "convert", "--to=peft", "--input", input.toString(), "--output", out.toString()))) {
      CommandLines.assertFails(command, bad.text(), input.toString());
    }
    assertThat(folder).isDirectoryNotContaining("glob:**/*out*");
  }

  private interface Damage {
    byte[] of(byte[] whole);
  }

  private interface Change {
    void make(AdapterMessage.Builder message);
  }

  private static byte[] whole() throws IOException {
    TinyModel tiny = TinyModel.of("bert");
    Adapter adapter = tiny.read(tiny.adapter());
    return AdapterFiles.toBytes(adapter, StorageType.F32, StorageType.F32);
  }

  private static Maker file(Damage damage) {
    return folder -> Files.write(folder.resolve("bad.fft"), damage.of(whole()));
  }

  /** A file whose content is changed and whose digest is right. */
  private static Maker message(Change change) {
    return folder -> {
      byte[] whole = whole();
      byte[] payload = Arrays.copyOfRange(whole, HEADER, whole.length - DIGEST);
      AdapterMessage.Builder message = AdapterMessage.parseFrom(payload).toBuilder();
      change.make(message);
      byte[] changed = message.build().toByteArray();
      ByteBuffer frame =
          ByteBuffer.allocate(HEADER + changed.length + DIGEST).order(ByteOrder.LITTLE_ENDIAN);
      frame.put(whole, 0, 12).putInt(changed.length).put(changed);
      frame.put(sha256(Arrays.copyOf(frame.array(), HEADER + changed.length)));
      return Files.write(folder.resolve("bad.fft"), frame.array());
    };
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform expected SHA-256 but found none", e);
    }
  }

  private static byte[] old(byte[] whole) {
    whole[8] = 0;
    return whole;
  }

  private static byte[] later(byte[] whole) {
    whole[8] = 9;
    return whole;
  }

  private static byte[] flip(byte[] whole) {
    whole[whole.length / 2] ^= 1;
    return whole;
  }

  private static byte[] cut(byte[] whole) {
    return Arrays.copyOf(whole, whole.length - 1);
  }

  private static void twice(AdapterMessage.Builder message) {
    message.addLayers(message.getLayers(0));
  }

  private static void numbers(AdapterMessage.Builder message, float value) {
    byte[] bytes = message.getLayers(0).getCoefficients().toByteArray();
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putFloat(8, value);
    message.getLayersBuilder(0).setCoefficients(ByteString.copyFrom(bytes));
  }

  private static Path copy(Path folder) throws IOException {
    for (String name : List.of(PeftDirectory.CONFIG, PeftDirectory.MODEL)) {
      Files.copy(TinyModel.of("bert").adapter().resolve(name), folder.resolve(name));
    }
    return folder;
  }

  private static Maker peft(String from, String to) {
    return folder -> {
      Path config = copy(folder).resolve(PeftDirectory.CONFIG);
      Files.writeString(config, Files.readString(config).replace(from, to));
      return folder;
    };
  }

  private static Path notANumber(Path folder) throws IOException {
    float[] values = new float[31];
    values[3] = Float.NaN;
    String key = "base_model.model.bert.encoder.layer.0.attention.self.key.fourierft_spectrum";
    TensorSource tensor = TensorSource.of(key, DType.F32, new long[] {31}, values);
    SafetensorsWriter.write(
        copy(folder).resolve(PeftDirectory.MODEL), List.of(tensor), Map.of("format", "pt"));
    return folder;
  }

  private static Path cutSafetensors(Path folder) throws IOException {
    Path model = copy(folder).resolve(PeftDirectory.MODEL);
    byte[] whole = Files.readAllBytes(model);
    Files.write(model, Arrays.copyOf(whole, whole.length - 4));
    return folder;
  }

  private static Path code(Path folder) throws IOException {
    Files.delete(copy(folder).resolve(PeftDirectory.MODEL));
    Files.write(
        folder.resolve(PeftDirectory.PICKLED_MODEL),
        BadAdaptersTest.class.getResourceAsStream("/golden/peft/command.bin").readAllBytes());
    return folder;
  }
}
