package io.fourierft.importer.weights;

import io.fourierft.io.PrivateMapping;
import io.fourierft.safetensors.SafetensorsException;
import io.fourierft.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** The tensors of a safetensors file. */
final class SafetensorsTensors implements TensorFile {
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
  public Optional<PrivateMapping> mapPrivate() throws IOException {
    return file.mapPrivate();
  }

  @Override
  public Optional<ByteBuffer> cut(TensorInfo tensor, PrivateMapping mapping) throws IOException {
    return file.cut(tensor.name(), mapping);
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
