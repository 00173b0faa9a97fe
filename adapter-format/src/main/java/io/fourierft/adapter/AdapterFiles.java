package io.fourierft.adapter;

import com.google.protobuf.CodedOutputStream;
import io.fourierft.adapter.proto.AdapterMessage;
import io.fourierft.adapter.proto.LayerBlockMessage;
import io.fourierft.adapter.proto.NumberType;
import io.fourierft.adapter.proto.TensorMessage;
import io.fourierft.io.AtomicFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads, writes and verifies adapter files. Equal adapters give equal bytes; writing a path is
 * atomic and durable. Reading fails with an {@link AdapterFormatException} that tells too old, too
 * new, corrupt and invalid files apart and loads nothing in part.
 */
public final class AdapterFiles {
  private AdapterFiles() {}

  /**
   * Reads an adapter file.
   *
   * @param file the file
   * @return the adapter
   * @throws AdapterFormatException if the file is no valid adapter of a known version
   * @throws IOException if it cannot be read
   */
  public static Adapter read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return read(in, file.toString());
    }
  }

  /**
   * Reads an adapter from a stream, to its end.
   *
   * @param in the stream, not closed
   * @param name what to call it in messages
   * @return the adapter
   * @throws AdapterFormatException if the bytes are no valid adapter of a known version
   * @throws IOException if the stream cannot be read
   */
  public static Adapter read(InputStream in, String name) throws IOException {
    return MessageDecoder.decode(message(Frame.read(in, name), name), name);
  }

  /**
   * Reads an adapter from bytes.
   *
   * @param bytes a whole adapter file
   * @param name what to call it in messages
   * @return the adapter
   * @throws AdapterFormatException if the bytes are no valid adapter of a known version
   */
  public static Adapter read(byte[] bytes, String name) throws AdapterFormatException {
    return MessageDecoder.decode(message(frame(bytes, name), name), name);
  }

  /**
   * Checks an adapter file as reading does.
   *
   * @param file the file
   * @return facts about the file
   * @throws AdapterFormatException if the file is no valid adapter of a known version
   * @throws IOException if it cannot be read
   */
  public static AdapterFileInfo verify(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return verified(Frame.read(in, file.toString()), file.toString());
    }
  }

  /**
   * Checks the bytes of an adapter file as reading does.
   *
   * @param bytes a whole adapter file
   * @param name what to call it in messages
   * @return facts about the file
   * @throws AdapterFormatException if the bytes are no valid adapter of a known version
   */
  public static AdapterFileInfo verify(byte[] bytes, String name) throws AdapterFormatException {
    return verified(frame(bytes, name), name);
  }

  /**
   * Writes an adapter file with all numbers as F32.
   *
   * @param file where to; an existing file is replaced
   * @param adapter the adapter
   * @return facts about the file
   * @throws IOException if it cannot be written; the old file stays
   */
  public static AdapterFileInfo write(Path file, Adapter adapter) throws IOException {
    return write(file, adapter, StorageType.F32);
  }

  /**
   * Writes an adapter file with fully trained parameters as F32.
   *
   * @param file where to; an existing file is replaced
   * @param adapter the adapter
   * @param coefficients how to store the coefficients
   * @return facts about the file
   * @throws IOException if it cannot be written; the old file stays
   */
  public static AdapterFileInfo write(Path file, Adapter adapter, StorageType coefficients)
      throws IOException {
    return write(file, adapter, coefficients, StorageType.F32);
  }

  /**
   * Writes an adapter file.
   *
   * @param file where to; an existing file is replaced
   * @param adapter the adapter
   * @param coefficients how to store the coefficients
   * @param tensors how to store the fully trained parameters
   * @return facts about the file
   * @throws IOException if it cannot be written; the old file stays
   */
  public static AdapterFileInfo write(
      Path file, Adapter adapter, StorageType coefficients, StorageType tensors)
      throws IOException {
    AdapterMessage message = MessageEncoder.encode(adapter, coefficients, tensors);
    byte[] frame = framed(message);
    AtomicFile.write(file, out -> out.write(frame));
    return info(message, frame);
  }

  /**
   * Writes an adapter to a stream.
   *
   * @param out the stream, not closed
   * @param adapter the adapter
   * @param coefficients how to store the coefficients
   * @param tensors how to store the fully trained parameters
   * @return facts about what was written
   * @throws IOException if the stream cannot be written
   */
  public static AdapterFileInfo write(
      OutputStream out, Adapter adapter, StorageType coefficients, StorageType tensors)
      throws IOException {
    AdapterMessage message = MessageEncoder.encode(adapter, coefficients, tensors);
    byte[] frame = framed(message);
    out.write(frame);
    return info(message, frame);
  }

  /**
   * Returns the bytes of an adapter file.
   *
   * @param adapter the adapter
   * @param coefficients how to store the coefficients
   * @param tensors how to store the fully trained parameters
   * @return a whole adapter file
   */
  public static byte[] toBytes(Adapter adapter, StorageType coefficients, StorageType tensors) {
    return framed(MessageEncoder.encode(adapter, coefficients, tensors));
  }

  private static byte[] framed(AdapterMessage message) {
    long numbers = coefficientBytes(message) + tensorBytes(message);
    if (numbers > Frame.MAX_PAYLOAD || message.getSerializedSize() > Frame.MAX_PAYLOAD) {
      throw new IllegalArgumentException(
          "adapter expected at most " + Frame.MAX_PAYLOAD + " bytes but found more");
    }
    byte[] frame = Frame.open(message.getSerializedSize());
    CodedOutputStream out =
        CodedOutputStream.newInstance(frame, Frame.HEADER_BYTES, message.getSerializedSize());
    out.useDeterministicSerialization(); // maps sorted by key
    try {
      message.writeTo(out);
      out.checkNoSpaceLeft();
    } catch (IOException e) {
      throw new UncheckedIOException("an array has no I/O errors", e);
    }
    Frame.seal(frame);
    return frame;
  }

  private static byte[] frame(byte[] bytes, String name) throws AdapterFormatException {
    try {
      return Frame.read(new ByteArrayInputStream(bytes), name);
    } catch (AdapterFormatException e) {
      throw e;
    } catch (IOException e) {
      throw new UncheckedIOException("an array has no I/O errors", e);
    }
  }

  private static AdapterMessage message(byte[] frame, String name) throws AdapterFormatException {
    int end = frame.length - Frame.DIGEST_BYTES;
    return MessageDecoder.parse(Arrays.copyOfRange(frame, Frame.HEADER_BYTES, end), name);
  }

  private static AdapterFileInfo verified(byte[] frame, String name) throws AdapterFormatException {
    AdapterMessage message = message(frame, name);
    MessageDecoder.decode(message, name);
    return info(message, frame);
  }

  /** Facts about the file the adapter makes with all numbers as F32. */
  static AdapterFileInfo info(Adapter adapter) {
    AdapterMessage message = MessageEncoder.encode(adapter, StorageType.F32, StorageType.F32);
    return info(message, framed(message));
  }

  private static AdapterFileInfo info(AdapterMessage message, byte[] frame) {
    return new AdapterFileInfo(
        HexFormat.of().formatHex(Frame.sha256().digest(frame)),
        Frame.VERSION,
        frame.length,
        coefficientBytes(message),
        tensorBytes(message),
        types(message.getLayersList().stream().map(LayerBlockMessage::getType)),
        types(message.getTensorsList().stream().map(TensorMessage::getType)));
  }

  private static Set<StorageType> types(Stream<NumberType> types) {
    return types.map(Enums::known).collect(Collectors.toSet());
  }

  private static long coefficientBytes(AdapterMessage message) {
    return message.getLayersList().stream()
        .map(LayerBlockMessage::getCoefficients)
        .mapToLong(bytes -> bytes.size())
        .sum();
  }

  private static long tensorBytes(AdapterMessage message) {
    return message.getTensorsList().stream()
        .map(TensorMessage::getData)
        .mapToLong(bytes -> bytes.size())
        .sum();
  }
}
