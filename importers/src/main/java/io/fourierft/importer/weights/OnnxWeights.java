package io.fourierft.importer.weights;

import static java.util.Map.entry;

import com.google.protobuf.CodedInputStream;
import io.fourierft.io.FileKind;
import io.fourierft.safetensors.DType;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.ZipException;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The initializers of an ONNX model under their Hugging Face names.
 *
 * <p>PyTorch's exporter keeps the names of all parameters but those of linear layers, whose weights
 * it stores transposed under a made-up name, {@code onnx::MatMul_885}. They are found through the
 * product that uses them: node {@code /encoder/layer.0/output/dense/MatMul} makes its right operand
 * {@code encoder.layer.0.output.dense.weight}, {@code [out, in]}.
 *
 * <p>Initializers of texts, complex numbers and other things that no weight is made of are left
 * out.
 *
 * <p>The file is read as a stream, once for the index and once for each {@link #visit}; only one
 * tensor is in memory in addition to those already handed over.
 */
public final class OnnxWeights implements WeightSource {
  private static final Map<Integer, DType> TYPES =
      Map.ofEntries(
          entry(1, DType.F32),
          entry(2, DType.U8),
          entry(3, DType.I8),
          entry(4, DType.U16),
          entry(5, DType.I16),
          entry(6, DType.I32),
          entry(7, DType.I64),
          entry(9, DType.BOOL),
          entry(10, DType.F16),
          entry(11, DType.F64),
          entry(12, DType.U32),
          entry(13, DType.U64),
          entry(16, DType.BF16));

  private static final int PIECE = 1 << 16;

  private final String origin;
  private final Content content;
  private final Map<String, TensorInfo> infos;
  private final Map<String, Entry> entries;

  /** Opens a file, or a resource in a jar, from its beginning. */
  @FunctionalInterface
  public interface Content {
    /**
     * Opens the content; called once for each walk over it.
     *
     * @return a new stream
     * @throws IOException if there is none
     */
    InputStream open() throws IOException;
  }

  private record Entry(OnnxIndex.Stored stored, boolean transposed) {}

  private OnnxWeights(String origin, Content content, Map<String, Entry> entries)
      throws ModelFormatException {
    this.origin = origin;
    this.content = content;
    this.entries = entries;
    Map<String, TensorInfo> all = new LinkedHashMap<>();
    for (Map.Entry<String, Entry> entry : entries.entrySet()) {
      all.put(entry.getKey(), describe(entry.getKey(), entry.getValue()));
    }
    this.infos = Collections.unmodifiableMap(all);
  }

  /**
   * Opens a file.
   *
   * @param file path of an ONNX model
   * @return its tensors
   * @throws IOException if it is no ONNX model or cannot be read
   */
  public static OnnxWeights open(Path file) throws IOException {
    return open(file.toString(), () -> Files.newInputStream(file));
  }

  /**
   * Opens anything that can be streamed, such as a resource in a jar.
   *
   * @param origin its name, for messages
   * @param content opens it
   * @return its tensors
   * @throws IOException if it is no ONNX model or cannot be read
   */
  public static OnnxWeights open(String origin, Content content) throws IOException {
    try (InputStream stream = new BufferedInputStream(content.open())) {
      stream.mark(FileKind.START);
      Optional<String> other = FileKind.recognise(stream.readNBytes(FileKind.START));
      if (other.isPresent()) {
        throw new ModelFormatException(
            "ONNX model expected a protobuf message but found "
                + other.get()
                + " ("
                + origin
                + ")");
      }
      stream.reset();
      OnnxIndex index = OnnxIndex.read(CodedInputStream.newInstance(stream), origin);
      return new OnnxWeights(origin, content, named(index));
    } catch (ZipException | EOFException e) {
      throw damaged(origin, e);
    }
  }

  @Override
  public String origin() {
    return origin;
  }

  @Override
  public Map<String, TensorInfo> tensors() {
    return infos;
  }

  @Override
  public void visit(Collection<String> names, Visitor visitor) throws IOException {
    Set<String> inOrder =
        new TreeSet<>(
            Comparator.comparingLong((String name) -> find(name).stored().offset())
                .thenComparing(Comparator.naturalOrder()));
    inOrder.addAll(names);
    TensorReader reader = new TensorReader();
    InputStream stream = content.open();
    long position = 0;
    try {
      for (String name : inOrder) {
        OnnxIndex.Stored stored = find(name).stored();
        if (stored.offset() < position) { // a second name of the tensor just read
          stream.close();
          stream = content.open();
          position = 0;
        }
        stream.skipNBytes(stored.offset() - position);
        INDArray value = read(name, reader, stream);
        position = stored.offset() + stored.bytes();
        visitor.accept(name, value);
      }
    } catch (ZipException | EOFException e) {
      throw damaged(origin, e);
    } finally {
      stream.close();
    }
  }

  @Override
  public void close() {
    // Nothing stays open between two walks.
  }

  private INDArray read(String name, TensorReader reader, InputStream stream) throws IOException {
    Entry entry = find(name);
    TensorInfo info = infos.get(name);
    if (!info.floating()) {
      throw new ModelFormatException(
          "ONNX tensor expected floating-point numbers but found "
              + info.type()
              + " ("
              + name
              + ", "
              + origin
              + ")");
    }
    TensorInfo stored = new TensorInfo(name, entry.stored().shape(), info.type());
    INDArray value = reader.read(stored, buffer -> fill(stream, buffer));
    if (!entry.transposed()) {
      return value;
    }
    try (value) {
      return value.transpose().dup('c'); // [in, out] -> [out, in]
    }
  }

  private Entry find(String name) {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw new IllegalArgumentException(
          "tensor expected one of " + entries.size() + " names but found " + name);
    }
    return entry;
  }

  private static void fill(InputStream stream, ByteBuffer buffer) throws IOException {
    byte[] piece = new byte[Math.min(buffer.remaining(), PIECE)];
    while (buffer.hasRemaining()) {
      int wanted = Math.min(buffer.remaining(), piece.length);
      if (stream.readNBytes(piece, 0, wanted) < wanted) {
        throw new EOFException("the file is shorter than when it was opened");
      }
      buffer.put(piece, 0, wanted);
    }
  }

  private static Map<String, Entry> named(OnnxIndex index) {
    Set<String> renamed = new HashSet<>();
    Map<String, Entry> named = new LinkedHashMap<>();
    for (OnnxIndex.Product product : index.products()) {
      OnnxIndex.Stored operand = index.tensors().get(product.operand());
      if (operand != null && isLinearWeight(operand)) {
        String name = module(product.path()) + ".weight";
        if (named.putIfAbsent(name, new Entry(operand, true)) == null) {
          renamed.add(operand.name());
        }
      }
    }
    for (OnnxIndex.Stored stored : index.tensors().values()) {
      if (!renamed.contains(stored.name()) && TYPES.containsKey(stored.dataType())) {
        named.putIfAbsent(stored.name(), new Entry(stored, false));
      }
    }
    return named;
  }

  private static boolean isLinearWeight(OnnxIndex.Stored operand) {
    return operand.shape().size() == 2
        && operand.name().startsWith("onnx::")
        && TYPES.containsKey(operand.dataType());
  }

  /** {@code /encoder/layer.0/output/dense/MatMul} -> {@code encoder.layer.0.output.dense}. */
  private static String module(String node) {
    String path = node.startsWith("/") ? node.substring(1) : node;
    int end = path.lastIndexOf('/');
    return (end < 0 ? path : path.substring(0, end)).replace('/', '.');
  }

  private TensorInfo describe(String name, Entry entry) throws ModelFormatException {
    OnnxIndex.Stored stored = entry.stored();
    DType type = TYPES.get(stored.dataType());
    String where = " (" + name + ", " + origin + ")";
    List<Long> shape = stored.shape();
    TensorInfo info = new TensorInfo(name, shape, type);
    long expected = bytes(info, where);
    if (info.floating() && expected != stored.bytes()) {
      throw new ModelFormatException(
          "ONNX tensor of shape "
              + shape
              + " and type "
              + type
              + " expected "
              + expected
              + " bytes of numbers but found "
              + stored.bytes()
              + where);
    }
    return entry.transposed()
        ? new TensorInfo(name, List.of(shape.get(1), shape.get(0)), type)
        : info;
  }

  private static long bytes(TensorInfo info, String where) throws ModelFormatException {
    try {
      return info.bytes();
    } catch (ArithmeticException e) {
      throw new ModelFormatException(
          "ONNX tensor expected less than 2 GiB of numbers but found shape " + info.shape() + where,
          e);
    }
  }

  private static ModelFormatException damaged(String origin, IOException cause) {
    return new ModelFormatException(
        "ONNX model expected a whole file but found damaged or missing bytes ("
            + origin
            + "): "
            + cause.getMessage(),
        cause);
  }
}
