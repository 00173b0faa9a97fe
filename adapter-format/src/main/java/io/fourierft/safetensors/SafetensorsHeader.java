package io.fourierft.safetensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.fourierft.safetensors.SafetensorsException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The JSON header of a safetensors file: tensors in the order of their bytes, without holes or
 * overlaps, and free text under {@code __metadata__}.
 */
record SafetensorsHeader(Map<String, TensorEntry> tensors, Map<String, String> metadata) {
  static final String METADATA = "__metadata__";

  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /** Parses and checks the header of a file with {@code dataBytes} bytes of tensors. */
  static SafetensorsHeader parse(byte[] bytes, long dataBytes, String where) throws IOException {
    String text = decode(bytes, where);
    if (!text.startsWith("{")) {
      throw new SafetensorsException(
          Reason.HEADER_START,
          "safetensors header expected to begin with '{' but found "
              + (text.isEmpty() ? "nothing" : "'" + text.charAt(0) + "'")
              + " ("
              + where
              + ")");
    }
    Map<String, String> metadata = new TreeMap<>();
    List<TensorEntry> tensors = new ArrayList<>();
    try (JsonParser parser = JSON.createParser(text)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        if (parser.currentName().equals(METADATA)) {
          readMetadata(parser, metadata, where);
        } else {
          tensors.add(readTensor(parser, where));
        }
      }
      if (parser.nextToken() != null) {
        throw content("the end of the header", parser, where);
      }
    } catch (JsonProcessingException e) {
      throw new SafetensorsException(
          Reason.HEADER_CONTENT,
          "safetensors header expected JSON but found "
              + e.getOriginalMessage()
              + " ("
              + where
              + ")");
    }
    return new SafetensorsHeader(
        checked(tensors, dataBytes, where), Collections.unmodifiableMap(metadata));
  }

  private static String decode(byte[] bytes, String where) throws SafetensorsException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new SafetensorsException(
          Reason.HEADER_ENCODING,
          "safetensors header expected UTF-8 but found other bytes (" + where + ")");
    }
  }

  private static void readMetadata(JsonParser parser, Map<String, String> target, String where)
      throws IOException {
    if (parser.nextToken() == JsonToken.VALUE_NULL) {
      return;
    }
    expect(JsonToken.START_OBJECT, "an object as " + METADATA, parser, where);
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      parser.nextToken();
      expect(JsonToken.VALUE_STRING, "text as " + METADATA + " " + key, parser, where);
      target.put(key, parser.getText());
    }
  }

  private static TensorEntry readTensor(JsonParser parser, String where) throws IOException {
    String name = parser.currentName();
    String dtype = "";
    List<Long> shape = List.of();
    List<Long> offsets = List.of();
    boolean shaped = false;
    parser.nextToken();
    expect(JsonToken.START_OBJECT, "an object as tensor " + name, parser, where);
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      parser.nextToken();
      switch (field) {
        case "dtype" -> {
          expect(JsonToken.VALUE_STRING, "text as dtype of " + name, parser, where);
          dtype = parser.getText();
        }
        case "shape" -> {
          shape = readSizes("shape of " + name, parser, where);
          shaped = true;
        }
        case "data_offsets" -> offsets = readSizes("offsets of " + name, parser, where);
        default -> parser.skipChildren();
      }
    }
    DType type = DType.named(dtype).orElse(null);
    if (type == null || !shaped || offsets.size() != 2) {
      throw new SafetensorsException(
          Reason.HEADER_CONTENT,
          String.format(
              "tensor expected dtype, shape and two data_offsets but found dtype '%s', %s, %d"
                  + " offsets (%s in %s)",
              dtype, shaped ? "a shape" : "no shape", offsets.size(), name, where));
    }
    return new TensorEntry(name, type, shape, offsets.get(0), offsets.get(1));
  }

  private static List<Long> readSizes(String what, JsonParser parser, String where)
      throws IOException {
    expect(JsonToken.START_ARRAY, "a list as " + what, parser, where);
    List<Long> sizes = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      expect(JsonToken.VALUE_NUMBER_INT, "whole numbers as " + what, parser, where);
      long size;
      try {
        size = parser.getLongValue();
      } catch (JsonProcessingException e) { // beyond 2^63
        throw overflow(what, where);
      }
      if (size < 0) {
        throw content("numbers >= 0 as " + what, parser, where);
      }
      sizes.add(size);
    }
    return sizes;
  }

  /** The rules of the format, tensor by tensor in the order of their bytes. */
  private static Map<String, TensorEntry> checked(
      List<TensorEntry> tensors, long dataBytes, String where) throws SafetensorsException {
    tensors.sort(Comparator.comparingLong(TensorEntry::begin).thenComparing(TensorEntry::end));
    Map<String, TensorEntry> byName = new LinkedHashMap<>();
    long start = 0;
    for (TensorEntry tensor : tensors) {
      if (tensor.begin() != start || tensor.end() < start) {
        throw new SafetensorsException(
            Reason.OFFSETS,
            String.format(
                "tensor expected to begin at %d, after the one before, but found [%d, %d] (%s in"
                    + " %s)",
                start, tensor.begin(), tensor.end(), tensor.name(), where));
      }
      long size = size(tensor, where);
      if (size != tensor.bytes()) {
        throw new SafetensorsException(
            Reason.TENSOR_SIZE,
            String.format(
                "tensor of type %s and shape %s expected %d bytes but found %d (%s in %s)",
                tensor.dtype(), tensor.shape(), size, tensor.bytes(), tensor.name(), where));
      }
      start = tensor.end();
      byName.put(tensor.name(), tensor);
    }
    if (start != dataBytes) {
      throw new SafetensorsException(
          Reason.FILE_SIZE,
          String.format(
              "tensors expected to fill the file's %d bytes after the header but found %d: %s (%s)",
              dataBytes, start, start > dataBytes ? "cut off?" : "something else behind?", where));
    }
    return Collections.unmodifiableMap(byName);
  }

  private static long size(TensorEntry tensor, String where) throws SafetensorsException {
    try {
      long elements = 1;
      for (long side : tensor.shape()) {
        elements = Math.multiplyExact(elements, side);
      }
      long bits = Math.multiplyExact(elements, tensor.dtype().bits());
      if (bits % 8 != 0) {
        throw new SafetensorsException(
            Reason.TENSOR_SIZE,
            String.format(
                "tensor expected whole bytes but found %d bits (%s in %s)",
                bits, tensor.name(), where));
      }
      return bits / 8;
    } catch (ArithmeticException e) {
      throw overflow("shape of " + tensor.name(), where);
    }
  }

  private static SafetensorsException overflow(String what, String where) {
    return new SafetensorsException(
        Reason.OVERFLOW,
        what + " expected to fit 64 bits but found larger numbers (" + where + ")");
  }

  private static void expect(JsonToken token, String what, JsonParser parser, String where)
      throws IOException {
    if (parser.currentToken() != token) {
      throw content(what, parser, where);
    }
  }

  private static SafetensorsException content(String what, JsonParser parser, String where) {
    return new SafetensorsException(
        Reason.HEADER_CONTENT,
        String.format(
            "safetensors header expected %s but found %s (%s)",
            what, parser.currentToken(), where));
  }
}
