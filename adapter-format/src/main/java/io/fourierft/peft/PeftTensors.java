package io.fourierft.peft;

import io.fourierft.safetensors.DType;
import io.fourierft.safetensors.SafetensorsFile;
import io.fourierft.torch.TorchFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The tensors of a PEFT directory, whichever way they were saved. */
interface PeftTensors extends Closeable {
  /** What a file says about a tensor. */
  record Info(String name, DType dtype, List<Long> shape) {
    long elements() {
      return shape.stream().reduce(1L, (a, b) -> a * b);
    }
  }

  List<Info> infos();

  float[] floats(String name) throws IOException;

  /** The file. */
  Path path();

  /** Opens safetensors, or the pickle of older PEFT where there are none. */
  static PeftTensors open(Path directory) throws IOException {
    Path model = directory.resolve(PeftDirectory.MODEL);
    Path pickled = directory.resolve(PeftDirectory.PICKLED_MODEL);
    if (Files.exists(model) || !Files.exists(pickled)) {
      return new Safetensors(SafetensorsFile.open(model));
    }
    return new Pickled(TorchFile.open(pickled));
  }

  /** {@code adapter_model.safetensors}. */
  record Safetensors(SafetensorsFile file) implements PeftTensors {
    @Override
    public List<Info> infos() {
      return file.entries().stream()
          .map(entry -> new Info(entry.name(), entry.dtype(), entry.shape()))
          .toList();
    }

    @Override
    public float[] floats(String name) throws IOException {
      return file.floats(name);
    }

    @Override
    public Path path() {
      return file.path();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  /** {@code adapter_model.bin}: a pickle of which nothing but tensors is understood. */
  record Pickled(TorchFile file) implements PeftTensors {
    @Override
    public List<Info> infos() {
      return file.tensors().stream()
          .map(tensor -> new Info(tensor.name(), tensor.dtype(), tensor.shape()))
          .toList();
    }

    @Override
    public float[] floats(String name) throws IOException {
      return file.floats(name);
    }

    @Override
    public Path path() {
      return file.path();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
