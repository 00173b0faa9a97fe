package io.fourierft.safetensors;

import io.fourierft.io.AtomicFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Writes safetensors files byte for byte as the reference implementation does: tensors by falling
 * alignment of their type, then by name; compact JSON, padded with spaces to a multiple of 8.
 * Tensors pass one after the other, none is held in memory.
 */
public final class SafetensorsWriter {
  private static final Comparator<TensorSource> ORDER =
      Comparator.comparing(TensorSource::dtype)
          .reversed()
          .thenComparing(tensor -> utf8(tensor.name()), Arrays::compareUnsigned);

  private SafetensorsWriter() {}

  /**
   * Writes a file atomically.
   *
   * @param file the file; an existing one is replaced
   * @param tensors the tensors, of distinct names
   * @param metadata free text for the header; written in the order of the keys
   * @throws IOException if it cannot be written; the old file stays
   */
  public static void write(
      Path file, Collection<TensorSource> tensors, Map<String, String> metadata)
      throws IOException {
    AtomicFile.write(file, out -> write(out, tensors, metadata));
  }

  /**
   * Writes to a stream.
   *
   * @param out the stream, not closed
   * @param tensors the tensors, of distinct names
   * @param metadata free text for the header; written in the order of the keys
   * @throws IOException if it cannot be written
   */
  public static void write(
      OutputStream out, Collection<TensorSource> tensors, Map<String, String> metadata)
      throws IOException {
    List<TensorSource> sorted = new ArrayList<>(tensors);
    sorted.sort(ORDER);
    byte[] header = header(sorted, metadata);
    int padding = (8 - header.length % 8) % 8;
    byte[] length = new byte[8];
    ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length + padding);
    out.write(length);
    out.write(header);
    out.write(" ".repeat(padding).getBytes(StandardCharsets.US_ASCII));
    for (TensorSource tensor : sorted) {
      tensor.writeTo(out);
    }
  }

  private static byte[] header(List<TensorSource> sorted, Map<String, String> metadata) {
    List<String> fields = new ArrayList<>();
    if (!metadata.isEmpty()) {
      List<String> texts = new ArrayList<>();
      new TreeMap<>(metadata).forEach((key, value) -> texts.add(quoted(key) + ":" + quoted(value)));
      fields.add(quoted(SafetensorsHeader.METADATA) + ":{" + String.join(",", texts) + "}");
    }
    Set<String> names = new HashSet<>(Set.of(SafetensorsHeader.METADATA));
    long offset = 0;
    for (TensorSource tensor : sorted) {
      if (!names.add(tensor.name())) {
        throw new IllegalArgumentException(
            "tensor names expected distinct but found '" + tensor.name() + "' twice or reserved");
      }
      long end = Math.addExact(offset, tensor.bytes());
      String shape = tensor.shape().toString().replace(" ", "");
      fields.add(
          String.format(
              Locale.ROOT,
              "%s:{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}",
              quoted(tensor.name()),
              tensor.dtype(),
              shape,
              offset,
              end));
      offset = end;
    }
    byte[] header = utf8("{" + String.join(",", fields) + "}");
    if (header.length > SafetensorsFile.MAX_HEADER_BYTES - 8) {
      throw new IllegalArgumentException(
          "safetensors header expected at most "
              + SafetensorsFile.MAX_HEADER_BYTES
              + " bytes but found "
              + header.length);
    }
    return header;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Quotes text as JSON with the fewest escapes. */
  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> quoted.append("\\\"");
        case '\\' -> quoted.append("\\\\");
        case '\b' -> quoted.append("\\b");
        case '\f' -> quoted.append("\\f");
        case '\n' -> quoted.append("\\n");
        case '\r' -> quoted.append("\\r");
        case '\t' -> quoted.append("\\t");
        default -> quoted.append(c < ' ' ? String.format("\\u%04x", (int) c) : String.valueOf(c));
      }
    }
    return quoted.append('"').toString();
  }
}
