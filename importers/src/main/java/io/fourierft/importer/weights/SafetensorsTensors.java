package io.fourierft.importer.weights;

import io.fourierft.safetensors.DType;
import io.fourierft.safetensors.SafetensorsException;
import io.fourierft.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The tensors of a safetensors file. Large matrices of floats are used where they are, mapped; all
 * other numbers are copied straight to where they belong, past any mapping, which would count twice
 * while it is being copied.
 */
final class SafetensorsTensors implements TensorFile {
  private static final long WORTH_MAPPING = 1 << 20;

  private final SafetensorsFile file;

  private SafetensorsTensors(SafetensorsFile file) {
    this.file = file;
  }

  static SafetensorsTensors open(Path path) throws IOException {
    try {
      return new SafetensorsTensors(SafetensorsFile.open(path));
    } catch (SafetensorsException e) {
      throw new ModelFormatException(e.getMessage(), e);
    }
  }

  @Override
  public Map<String, TensorInfo> tensors() {
    Map<String, TensorInfo> infos = new LinkedHashMap<>();
    file.entries()
        .forEach(
            entry ->
                infos.put(
                    entry.name(), new TensorInfo(entry.name(), entry.shape(), entry.dtype())));
    return infos;
  }

  @Override
  public TensorReader.Bytes bytes(TensorInfo tensor) {
    AtomicLong next = new AtomicLong();
    return target -> {
      long start = next.getAndAdd(target.remaining());
      file.read(tensor.name(), start, target);
    };
  }

  @Override
  public Optional<ByteBuffer> floatsInPlace(TensorInfo tensor) throws IOException {
    return tensor.type() == DType.F32 && tensor.bytes() >= WORTH_MAPPING
        ? file.mapPrivate(tensor.name())
        : Optional.empty();
  }

  @Override
  public String firstName(String name) {
    return name; // tensors of the format never share bytes
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
