package io.fourierft.torch;

import io.fourierft.io.PrivateMapping;
import io.fourierft.safetensors.HalfFloats;
import io.fourierft.torch.TorchException.Reason;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A file written by {@code torch.save}, open for reading: a dictionary of tensors, or a training
 * state that holds one as {@code state_dict}, {@code model_state_dict}, {@code model}, {@code
 * module}, or under another key if it is the only one. Files from before PyTorch 1.6 are read too.
 * Everything but the numbers is read and checked on opening. Safe for use by several threads. The
 * file must not shrink while it is open.
 */
public final class TorchFile implements Closeable {
  private static final int CHUNK_BYTES = 1 << 20;

  private final Path path;
  private final BasicFileAttributes attributes;
  private final FileChannel channel;
  private final TorchArchive archive;
  private final Map<String, TorchTensor> tensors;
  private final Map<String, Integer> views;

  private TorchFile(
      Path path,
      BasicFileAttributes attributes,
      FileChannel channel,
      TorchArchive archive,
      Map<String, TorchTensor> tensors) {
    this.path = path;
    this.attributes = attributes;
    this.channel = channel;
    this.archive = archive;
    this.tensors = tensors;
    this.views = views(tensors.values());
  }

  /**
   * Opens a file and checks all of it but the numbers.
   *
   * @param path the file
   * @return the open file
   * @throws TorchException if it is another kind of file, is damaged, or names code
   * @throws IOException if it cannot be read
   */
  public static TorchFile open(Path path) throws IOException {
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    try {
      return open(path, channel);
    } catch (IOException | RuntimeException e) {
      try (channel) {
        throw e;
      }
    }
  }

  private static TorchFile open(Path path, FileChannel channel) throws IOException {
    String where = path.toString();
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    if (LegacyArchive.recognises(channel)) {
      LegacyArchive legacy = LegacyArchive.read(channel, where);
      return of(path, attributes, channel, legacy.storages(), legacy.root());
    }
    TorchArchive archive = TorchArchive.read(channel, where);
    Object root = Unpickler.read(archive.pickle(channel), where);
    return of(path, attributes, channel, archive, root);
  }

  private static TorchFile of(
      Path path,
      BasicFileAttributes attributes,
      FileChannel channel,
      TorchArchive archive,
      Object root)
      throws IOException {
    String where = path.toString();
    Map<String, TorchTensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, PickledTensor> entry :
        StateDict.tensors(root, where, channel.size()).entrySet()) {
      PickledTensor view = entry.getValue();
      archive.requireStorage(view.storage());
      TorchTensor tensor =
          new TorchTensor(
              entry.getKey(),
              view.dtype(),
              view.shape(),
              view.strides(),
              view.storage().key(),
              view.offset());
      tensors.put(entry.getKey(), tensor);
    }
    return new TorchFile(path, attributes, channel, archive, Collections.unmodifiableMap(tensors));
  }

  /**
   * Returns the tensors in the order of the dictionary.
   *
   * @return all tensors
   */
  public Collection<TorchTensor> tensors() {
    return tensors.values();
  }

  /**
   * Tells whether there is a tensor of a name.
   *
   * @param name the name
   * @return true if there is
   */
  public boolean contains(String name) {
    return tensors.containsKey(name);
  }

  /**
   * Finds a tensor.
   *
   * @param name its name
   * @return the tensor
   * @throws TorchException if there is none
   */
  public TorchTensor tensor(String name) throws TorchException {
    TorchTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new TorchException(
          Reason.NO_TENSOR,
          String.format(
              "tensor expected '%s' but found none of the name among %d (%s)",
              name, tensors.size(), path));
    }
    return tensor;
  }

  /**
   * Returns the file.
   *
   * @return its path
   */
  public Path path() {
    return path;
  }

  /**
   * Starts reading a tensor's numbers in row-major order.
   *
   * @param name its name
   * @return its numbers as stored, little-endian
   * @throws IOException if there is none or it cannot be read
   */
  public TensorStream stream(String name) throws IOException {
    TorchTensor tensor = tensor(name);
    return TensorStream.of(channel, tensor, archive.storage(tensor.storage()));
  }

  /**
   * Opens the file once more, for memory that can be changed while the file stays as it is.
   *
   * @return the mapping, to be closed by the caller; empty if there can be none
   * @throws IOException if the file cannot be opened
   */
  public Optional<PrivateMapping> mapPrivate() throws IOException {
    return PrivateMapping.open(path, attributes);
  }

  /**
   * Cuts a tensor out of a mapping.
   *
   * @param name its name
   * @param mapping of this file
   * @return its numbers, little-endian, row-major; empty if the file has them in another order, not
   *     aligned or more than 2 GiB of them, or other views of their storage share them
   * @throws IOException if there is none, or it cannot be mapped
   */
  public Optional<ByteBuffer> cut(String name, PrivateMapping mapping) throws IOException {
    TorchTensor tensor = tensor(name);
    long width = StateDict.width(tensor.dtype());
    long start = archive.storage(tensor.storage()).start() + tensor.offset() * width;
    boolean alone = views.get(tensor.storage()) == 1;
    return alone && tensor.contiguous() && start % Math.max(1, width) == 0
        ? mapping.range(start, tensor.bytes())
        : Optional.empty();
  }

  /** Whether each storage has one view only, whatever its names: 1, or 2 for more. */
  private static Map<String, Integer> views(Collection<TorchTensor> tensors) {
    Map<String, List<TorchTensor>> views = new HashMap<>();
    for (TorchTensor tensor : tensors) {
      List<TorchTensor> known = views.computeIfAbsent(tensor.storage(), k -> new ArrayList<>());
      if (known.size() < 2 && known.stream().noneMatch(tensor::tiedTo)) {
        known.add(tensor);
      }
    }
    Map<String, Integer> counts = new HashMap<>();
    views.forEach((storage, known) -> counts.put(storage, known.size()));
    return counts;
  }

  /**
   * Reads a tensor of type F64, F32, F16 or BF16 into the heap; doubles are rounded.
   *
   * @param name its name
   * @return its numbers, row-major
   * @throws IOException if there is none, it has another type or does not fit an array
   */
  public float[] floats(String name) throws IOException {
    TorchTensor tensor = tensor(name);
    boolean real = tensor.dtype().isFloat() || tensor.dtype().name().equals("F64");
    if (!real || tensor.elements() > Integer.MAX_VALUE - 8) {
      throw new TorchException(
          Reason.UNSUITABLE,
          String.format(
              "tensor expected F64, F32, F16 or BF16 of at most %d elements but found %s of %d (%s"
                  + " in %s)",
              Integer.MAX_VALUE - 8, tensor.dtype(), tensor.elements(), name, path));
    }
    TensorStream stream = stream(name);
    float[] values = new float[(int) tensor.elements()];
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    int width = StateDict.width(tensor.dtype());
    for (int done = 0; done < values.length; ) {
      int count = Math.min(values.length - done, CHUNK_BYTES / width);
      stream.fill(chunk.clear().limit(count * width));
      chunk.flip();
      for (int end = done + count; done < end; done++) {
        values[done] =
            switch (tensor.dtype()) {
              case F64 -> (float) chunk.getDouble();
              case F32 -> chunk.getFloat();
              case F16 -> HalfFloats.fromFloat16(chunk.getShort());
              default -> HalfFloats.fromBfloat16(chunk.getShort());
            };
      }
    }
    return values;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
