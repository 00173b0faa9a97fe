package io.fourierft.importer.weights;

import io.fourierft.io.PrivateMapping;
import io.fourierft.torch.TorchException;
import io.fourierft.torch.TorchFile;
import io.fourierft.torch.TorchTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The tensors of a file of {@code torch.save}. Tied weights have several names there. */
final class TorchTensors implements TensorFile {
  private final TorchFile file;
  private final Map<String, String> firstNames;

  private TorchTensors(TorchFile file, Map<String, String> firstNames) {
    this.file = file;
    this.firstNames = firstNames;
  }

  static TorchTensors open(Path path) throws IOException {
    try {
      TorchFile file = TorchFile.open(path);
      return new TorchTensors(file, firstNames(file));
    } catch (TorchException e) {
      throw new ModelFormatException(e.getMessage(), e);
    }
  }

  private static Map<String, String> firstNames(TorchFile file) {
    Map<List<Object>, String> first = new HashMap<>();
    Map<String, String> names = new HashMap<>();
    for (TorchTensor tensor : file.tensors()) {
      List<Object> view =
          List.of(
              tensor.storage(), tensor.offset(), tensor.dtype(), tensor.shape(), tensor.strides());
      names.put(tensor.name(), first.computeIfAbsent(view, key -> tensor.name()));
    }
    return names;
  }

  @Override
  public Map<String, TensorInfo> tensors() {
    Map<String, TensorInfo> infos = new LinkedHashMap<>();
    file.tensors()
        .forEach(
            tensor ->
                infos.put(
                    tensor.name(), new TensorInfo(tensor.name(), tensor.shape(), tensor.dtype())));
    return infos;
  }

  @Override
  public TensorReader.Bytes bytes(TensorInfo tensor) throws IOException {
    return file.stream(tensor.name())::fill;
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
    return firstNames.get(name);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
