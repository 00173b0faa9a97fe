package io.fourierft.importer.weights;

import io.fourierft.safetensors.SafetensorsException;
import io.fourierft.safetensors.SafetensorsFile;
import io.fourierft.safetensors.TensorEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The tensors of a safetensors checkpoint: one file, or the shards that an index names. Tensors are
 * mapped, not read: the operating system brings in what is being copied.
 */
public final class SafetensorsWeights implements WeightSource {
  private static final String SINGLE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";
  private static final long WINDOW = 1 << 30;

  private final Path origin;
  private final List<SafetensorsFile> files;
  private final Map<String, SafetensorsFile> places;
  private final Map<String, TensorInfo> infos;

  private SafetensorsWeights(
      Path origin,
      List<SafetensorsFile> files,
      Map<String, SafetensorsFile> places,
      Map<String, TensorInfo> infos) {
    this.origin = origin;
    this.files = files;
    this.places = places;
    this.infos = infos;
  }

  /**
   * Opens a checkpoint.
   *
   * @param path a safetensors file, an index of shards ({@code *.index.json}), or a folder that
   *     holds one of them under transformers' name
   * @return its tensors
   * @throws IOException if a file is absent, damaged or none of these
   */
  public static SafetensorsWeights open(Path path) throws IOException {
    Path file = Files.isDirectory(path) ? inFolder(path) : path;
    if (!file.getFileName().toString().endsWith(".json")) {
      return open(file, List.of(file), Map.of());
    }
    Map<String, String> shards = ShardIndex.read(file);
    List<Path> paths = new ArrayList<>();
    for (String shard : new LinkedHashSet<>(shards.values())) {
      paths.add(file.resolveSibling(shard));
    }
    return open(file, paths, shards);
  }

  private static Path inFolder(Path folder) throws ModelFormatException {
    for (String name : List.of(SINGLE, INDEX)) {
      if (Files.exists(folder.resolve(name))) {
        return folder.resolve(name);
      }
    }
    throw new ModelFormatException(
        "model folder expected " + SINGLE + " or " + INDEX + " but found neither (" + folder + ")");
  }

  /** Opens files; what the index says about the place of a tensor must be true. */
  private static SafetensorsWeights open(Path origin, List<Path> paths, Map<String, String> shards)
      throws IOException {
    List<SafetensorsFile> files = new ArrayList<>();
    try {
      Map<String, SafetensorsFile> places = new LinkedHashMap<>();
      Map<String, TensorInfo> infos = new LinkedHashMap<>();
      for (Path path : paths) {
        SafetensorsFile file = openOne(path, origin);
        files.add(file);
        for (TensorEntry entry : file.entries()) {
          if (shards.isEmpty() || path.endsWith(shards.getOrDefault(entry.name(), ""))) {
            places.put(entry.name(), file);
            infos.put(entry.name(), new TensorInfo(entry.name(), entry.shape(), entry.dtype()));
          }
        }
      }
      requireAll(shards.keySet(), infos.keySet(), origin);
      return new SafetensorsWeights(origin, files, places, Collections.unmodifiableMap(infos));
    } catch (IOException | RuntimeException failure) {
      closeAll(files, failure);
      throw failure;
    }
  }

  private static SafetensorsFile openOne(Path path, Path origin) throws IOException {
    if (!Files.exists(path)) {
      throw new ModelFormatException(
          "safetensors file expected but found none ("
              + path
              + (path.equals(origin) ? ")" : ", named by " + origin + ")"));
    }
    try {
      return SafetensorsFile.open(path);
    } catch (SafetensorsException e) {
      throw new ModelFormatException(e.getMessage(), e);
    }
  }

  private static void requireAll(Set<String> promised, Set<String> found, Path origin)
      throws ModelFormatException {
    List<String> absent = promised.stream().filter(name -> !found.contains(name)).toList();
    if (!absent.isEmpty()) {
      throw new ModelFormatException(
          "shards expected the "
              + promised.size()
              + " tensors of their index but found none named "
              + String.join(", ", absent)
              + " ("
              + origin
              + ")");
    }
  }

  @Override
  public String origin() {
    return origin.toString();
  }

  @Override
  public Map<String, TensorInfo> tensors() {
    return infos;
  }

  @Override
  public void visit(Collection<String> names, Visitor visitor) throws IOException {
    Set<String> wanted = new LinkedHashSet<>(names);
    wanted.forEach(this::find);
    TensorReader reader = new TensorReader();
    for (TensorInfo info : infos.values()) { // in storage order
      if (!wanted.contains(info.name())) {
        continue;
      }
      if (!info.floating()) {
        throw new ModelFormatException(
            "safetensors tensor expected floating-point numbers but found "
                + info.type()
                + " ("
                + info.name()
                + ", "
                + origin
                + ")");
      }
      visitor.accept(
          info.name(), reader.read(info, new Windows(places.get(info.name()), info)::fill));
    }
  }

  private void find(String name) {
    if (!infos.containsKey(name)) {
      throw new IllegalArgumentException(
          "tensor expected one of " + infos.size() + " names but found " + name);
    }
  }

  @Override
  public void close() throws IOException {
    IOException failure = new IOException("checkpoint expected to close (" + origin + ")");
    closeAll(files, failure);
    if (failure.getSuppressed().length > 0) {
      throw failure;
    }
  }

  private static void closeAll(List<SafetensorsFile> files, Exception failure) {
    for (SafetensorsFile file : files) {
      try {
        file.close();
      } catch (IOException e) {
        failure.addSuppressed(e);
      }
    }
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
