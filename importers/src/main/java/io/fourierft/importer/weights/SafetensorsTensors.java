package io.fourierft.importer.weights;

import io.fourierft.safetensors.SafetensorsException;
import io.fourierft.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The tensors of a safetensors file. They are mapped, not read. */
final class SafetensorsTensors implements TensorFile {
  private static final long WINDOW = 1 << 30;

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
    return new Windows(file, tensor)::fill;
  }

  @Override
  public String firstName(String name) {
    return name; // tensors of the format never share bytes
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  /** One tensor, mapped piece by piece: a mapping ends at 2 GiB, a tensor does not. */
  private static final class Windows {
    private final SafetensorsFile file;
    private final TensorInfo info;
    private ByteBuffer window = ByteBuffer.allocate(0);
    private long next;

    Windows(SafetensorsFile file, TensorInfo info) {
      this.file = file;
      this.info = info;
    }

    void fill(ByteBuffer target) throws IOException {
      while (target.hasRemaining()) {
        if (!window.hasRemaining()) {
          long length = Math.min(WINDOW, info.bytes() - next);
          window = file.map(info.name(), next, length);
          next += length;
        }
        int count = Math.min(window.remaining(), target.remaining());
        target.put(window.slice(window.position(), count));
        window.position(window.position() + count);
      }
    }
  }
}
