package io.fourierft.importer.weights;

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
import java.util.Optional;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The tensors of a checkpoint in one file or in the shards that an index names. */
final class CheckpointWeights implements WeightSource {
  private final Path origin;
  private final List<TensorFile> files;
  private final Map<String, TensorFile> places;
  private final Map<String, TensorInfo> infos;

  private CheckpointWeights(
      Path origin,
      List<TensorFile> files,
      Map<String, TensorFile> places,
      Map<String, TensorInfo> infos) {
    this.origin = origin;
    this.files = files;
    this.places = places;
    this.infos = infos;
  }

  /** Opens one of the formats' files. */
  @FunctionalInterface
  interface Opener {
    TensorFile open(Path path) throws IOException;
  }

  /** Opens a checkpoint of one file. */
  static CheckpointWeights file(Path file, Opener opener) throws IOException {
    return open(file, List.of(file), Map.of(), opener);
  }

  /** Opens the shards that an index names. */
  static CheckpointWeights index(Path index, Opener opener) throws IOException {
    ModelFiles.requireContent(index);
    Map<String, String> shards = ShardIndex.read(index);
    List<Path> paths = new ArrayList<>();
    for (String shard : new LinkedHashSet<>(shards.values())) {
      paths.add(index.resolveSibling(shard));
    }
    List<Path> absent = paths.stream().filter(path -> !Files.isRegularFile(path)).toList();
    if (!absent.isEmpty()) {
      throw new ModelFormatException(
          "shards expected "
              + paths.size()
              + " files beside their index but found none named "
              + String.join(", ", absent.stream().map(p -> p.getFileName().toString()).toList())
              + ": download them (named by "
              + index
              + ")");
    }
    return open(index, paths, shards, opener);
  }

  /** Opens files; what the index says about the place of a tensor must be true. */
  private static CheckpointWeights open(
      Path origin, List<Path> paths, Map<String, String> shards, Opener opener) throws IOException {
    List<TensorFile> files = new ArrayList<>();
    try {
      Map<String, TensorFile> places = new LinkedHashMap<>();
      Map<String, TensorInfo> infos = new LinkedHashMap<>();
      for (Path path : paths) {
        ModelFiles.requireContent(path);
        TensorFile file = opener.open(path);
        files.add(file);
        for (TensorInfo info : file.tensors().values()) {
          if (shards.isEmpty() || path.endsWith(shards.getOrDefault(info.name(), ""))) {
            places.put(info.name(), file);
            infos.put(info.name(), info);
          }
        }
      }
      requireAll(shards.keySet(), infos.keySet(), origin);
      return new CheckpointWeights(origin, files, places, Collections.unmodifiableMap(infos));
    } catch (IOException | RuntimeException failure) {
      closeAll(files, failure);
      throw failure;
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
  public String firstName(String name) {
    String first = places.get(name).firstName(name);
    return infos.containsKey(first) ? first : name;
  }

  @Override
  public void visit(Collection<String> names, Visitor visitor) throws IOException {
    Set<String> wanted = new LinkedHashSet<>(names);
    wanted.forEach(this::find);
    List<TensorInfo> inOrder =
        infos.values().stream().filter(info -> wanted.contains(info.name())).toList();
    for (TensorInfo info : inOrder) {
      if (!info.floating()) {
        throw new ModelFormatException(
            "tensor expected floating-point numbers but found "
                + info.type()
                + " ("
                + info.name()
                + ", "
                + origin
                + ")");
      }
    }
    TensorReader reader = new TensorReader();
    ReadAhead.visit(inOrder, info -> read(info, reader), visitor);
  }

  private INDArray read(TensorInfo info, TensorReader reader) throws IOException {
    TensorFile file = places.get(info.name());
    Optional<ByteBuffer> floats = reader.inPlace() ? file.floatsInPlace(info) : Optional.empty();
    return floats.isPresent()
        ? reader.over(info, floats.get())
        : reader.read(info, file.bytes(info));
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

  private static void closeAll(List<TensorFile> files, Exception failure) {
    for (TensorFile file : files) {
      try {
        file.close();
      } catch (IOException e) {
        failure.addSuppressed(e);
      }
    }
  }
}
