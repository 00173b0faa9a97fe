package io.fourierft.importer.weights;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the initializers of an ONNX file: one walk over the protobuf wire format that skips every
 * tensor's numbers and remembers where they are.
 */
final class OnnxIndex {
  private static final int MOST_TENSORS = 1_000_000;
  private static final int LONGEST_NAME = 4096;
  private static final int MOST_AXES = 32;

  /** Numbers of the fields that matter; everything else is skipped. */
  private static final class Field {
    static final int MODEL_GRAPH = 7;
    static final int GRAPH_NODE = 1;
    static final int GRAPH_INITIALIZER = 5;
    static final int NODE_INPUT = 1;
    static final int NODE_NAME = 3;
    static final int NODE_OPERATION = 4;
    static final int TENSOR_DIMENSIONS = 1;
    static final int TENSOR_TYPE = 2;
    static final int TENSOR_FLOATS = 4;
    static final int TENSOR_NAME = 8;
    static final int TENSOR_RAW = 9;
    static final int TENSOR_DOUBLES = 10;
    static final int TENSOR_LOCATION = 14;
  }

  /**
   * One stored tensor.
   *
   * @param name its name in the graph
   * @param shape its shape
   * @param dataType ONNX's number of its element type
   * @param field the field that holds its numbers, 0 if there is none
   * @param offset position of the first number in the file
   * @param bytes how many bytes they take
   */
  record Stored(String name, List<Long> shape, int dataType, int field, long offset, long bytes) {}

  /**
   * A matrix product with a stored right operand.
   *
   * @param path the node's name, such as {@code /encoder/layer.0/output/dense/MatMul}
   * @param operand name of the right operand
   */
  record Product(String path, String operand) {}

  private final CodedInputStream in;
  private final String origin;
  private final Map<String, Stored> tensors = new LinkedHashMap<>();
  private final List<Product> products = new ArrayList<>();
  private boolean graphSeen;

  private OnnxIndex(CodedInputStream in, String origin) {
    this.in = in;
    this.origin = origin;
  }

  /**
   * Walks over a file.
   *
   * @param in the file from its beginning
   * @param origin its name, for messages
   * @return what is in it
   * @throws IOException if the file is no ONNX model or cannot be read
   */
  static OnnxIndex read(CodedInputStream in, String origin) throws IOException {
    OnnxIndex index = new OnnxIndex(in, origin);
    try {
      index.model();
    } catch (InvalidProtocolBufferException e) {
      throw new ModelFormatException(
          "ONNX model expected a whole protobuf message but found damaged or missing bytes ("
              + index.here()
              + "): "
              + e.getMessage(),
          e);
    }
    if (!index.graphSeen) {
      throw new ModelFormatException(
          "ONNX model expected a graph with initializers but found none (" + origin + ")");
    }
    return index;
  }

  /** Initializers by graph name, in storage order. */
  Map<String, Stored> tensors() {
    return tensors;
  }

  /** Matrix products whose right operand may be an initializer. */
  List<Product> products() {
    return products;
  }

  @FunctionalInterface
  private interface FieldReader {
    /** Reads the field's value and answers true, or answers false to have it skipped. */
    boolean read(int field, int wireType) throws IOException;
  }

  private void model() throws IOException {
    fields(
        (field, wire) -> {
          if (field != Field.MODEL_GRAPH || wire != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
            return false;
          }
          graphSeen = true;
          message(this::graphField);
          return true;
        });
  }

  private boolean graphField(int field, int wire) throws IOException {
    if (wire != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
      return false;
    }
    switch (field) {
      case Field.GRAPH_NODE -> node();
      case Field.GRAPH_INITIALIZER -> tensor();
      default -> {
        return false;
      }
    }
    return true;
  }

  private void node() throws IOException {
    List<String> inputs = new ArrayList<>(2);
    String[] nameAndOperation = {"", ""};
    message(
        (field, wire) -> {
          switch (field) {
            case Field.NODE_INPUT -> {
              if (inputs.size() == 2) { // the right operand is the second input
                return false;
              }
              inputs.add(name());
            }
            case Field.NODE_NAME -> nameAndOperation[0] = name();
            case Field.NODE_OPERATION -> nameAndOperation[1] = name();
            default -> {
              return false;
            }
          }
          return true;
        });
    if (nameAndOperation[1].equals("MatMul") && inputs.size() == 2) {
      requireRoom(products.size());
      products.add(new Product(nameAndOperation[0], inputs.get(1)));
    }
  }

  private void tensor() throws IOException {
    TensorFields fields = new TensorFields();
    message(fields::read);
    requireRoom(tensors.size());
    Stored stored = fields.stored();
    if (tensors.putIfAbsent(stored.name(), stored) != null) {
      throw new ModelFormatException(
          "ONNX initializers expected different names but found "
              + stored.name()
              + " twice ("
              + here()
              + ")");
    }
  }

  private void requireRoom(int count) throws ModelFormatException {
    if (count >= MOST_TENSORS) {
      throw new ModelFormatException(
          "ONNX graph expected at most "
              + MOST_TENSORS
              + " tensors and products but found more ("
              + origin
              + ")");
    }
  }

  private void message(FieldReader reader) throws IOException {
    int length = in.readRawVarint32();
    int outer = in.pushLimit(length);
    fields(reader);
    if (in.getBytesUntilLimit() != 0) {
      throw new ModelFormatException(
          "ONNX model expected "
              + in.getBytesUntilLimit()
              + " more bytes but found the end of the file ("
              + here()
              + ")");
    }
    in.popLimit(outer);
  }

  private void fields(FieldReader reader) throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      int wire = WireFormat.getTagWireType(tag);
      if (!reader.read(WireFormat.getTagFieldNumber(tag), wire) && !in.skipField(tag)) {
        throw new ModelFormatException(
            "ONNX model expected a field but found the end of a group (" + here() + ")");
      }
    }
  }

  private String name() throws IOException {
    int length = in.readRawVarint32();
    if (length < 0 || length > LONGEST_NAME) {
      throw new ModelFormatException(
          "ONNX name expected at most "
              + LONGEST_NAME
              + " bytes but found "
              + Integer.toUnsignedString(length)
              + " ("
              + here()
              + ")");
    }
    return new String(in.readRawBytes(length), StandardCharsets.UTF_8);
  }

  private String here() {
    return origin + ", byte " + in.getTotalBytesRead();
  }

  /** The fields of one TensorProto as they come. */
  private final class TensorFields {
    private final List<Long> shape = new ArrayList<>(4);
    private String name = "";
    private int dataType;
    private int field;
    private long offset;
    private long bytes;
    private boolean external;

    boolean read(int number, int wire) throws IOException {
      switch (number) {
        case Field.TENSOR_DIMENSIONS -> dimensions(wire);
        case Field.TENSOR_TYPE -> dataType = in.readInt32();
        case Field.TENSOR_NAME -> name = name();
        case Field.TENSOR_LOCATION -> external = in.readInt32() == 1;
        case Field.TENSOR_FLOATS, Field.TENSOR_DOUBLES, Field.TENSOR_RAW -> {
          return numbers(number, wire);
        }
        default -> {
          return false;
        }
      }
      return true;
    }

    private void dimensions(int wire) throws IOException {
      if (wire == WireFormat.WIRETYPE_VARINT) {
        dimension(in.readInt64());
        return;
      }
      int outer = in.pushLimit(in.readRawVarint32());
      while (in.getBytesUntilLimit() > 0) {
        dimension(in.readInt64());
      }
      in.popLimit(outer);
    }

    private void dimension(long size) throws ModelFormatException {
      if (size < 0 || size > Integer.MAX_VALUE || shape.size() == MOST_AXES) {
        throw new ModelFormatException(
            "ONNX tensor expected at most "
                + MOST_AXES
                + " axes of 0 to 2147483647 but found one of "
                + size
                + " after "
                + shape.size()
                + " others ("
                + here()
                + ")");
      }
      shape.add(size);
    }

    private boolean numbers(int number, int wire) throws IOException {
      if (wire != WireFormat.WIRETYPE_LENGTH_DELIMITED || field != 0) {
        throw new ModelFormatException(
            "ONNX tensor expected its numbers in one piece but found them in several ("
                + here()
                + ")");
      }
      field = number;
      int length = in.readRawVarint32();
      if (length < 0) {
        throw new ModelFormatException(
            "ONNX tensor expected less than 2 GiB of numbers but found "
                + Integer.toUnsignedString(length)
                + " bytes ("
                + here()
                + ")");
      }
      offset = in.getTotalBytesRead();
      bytes = length;
      in.skipRawBytes(length);
      return true;
    }

    Stored stored() throws ModelFormatException {
      if (external) {
        throw new ModelFormatException(
            "ONNX tensor expected its numbers inside the model file but found them in another file"
                + " ("
                + name
                + ", "
                + origin
                + ")");
      }
      return new Stored(name, List.copyOf(shape), dataType, field, offset, bytes);
    }
  }
}
