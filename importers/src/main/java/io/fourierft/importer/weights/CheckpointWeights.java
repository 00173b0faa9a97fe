package io.fourierft.importer.weights;

import io.fourierft.io.PrivateMapping;
import io.fourierft.safetensors.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The tensors of a checkpoint in one file or in the shards that an index names. Floats are used
 * where they are, mapped; other numbers are copied straight to where they belong, past any mapping,
 * which would count twice while it is being copied.
 */
final class CheckpointWeights implements WeightSource {
  private static final long WORTH_MAPPING = 1 << 20;

  private final Path origin;
  private final List<TensorFile> files;
  private final Map<String, TensorFile> places;
  private final Map<String, TensorInfo> infos;
  private final AtomicInteger users; // sources over the same files
  private final AtomicBoolean closed = new AtomicBoolean();

  private CheckpointWeights(
      Path origin,
      List<TensorFile> files,
      Map<String, TensorFile> places,
      Map<String, TensorInfo> infos,
      AtomicInteger users) {
    this.origin = origin;
    this.files = files;
    this.places = places;
    this.infos = infos;
    this.users = users;
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
      return new CheckpointWeights(
          origin, files, places, Collections.unmodifiableMap(infos), new AtomicInteger(1));
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
    List<TensorInfo> tensors = inOrder(names);
    TensorReader reader = new TensorReader();
    Map<String, ByteBuffer> mapped = reader.inPlace() ? map(tensors) : Map.of();
    if (mapped.size() < tensors.size()) {
      ReadAhead.visit(tensors, info -> read(info, mapped, reader), visitor);
      return;
    }
    for (TensorInfo info : tensors) {
      visitor.accept(info.name(), read(info, mapped, reader));
    }
  }

  /** The tensors that can be used where their files are mapped; little is better copied. */
  private Map<String, ByteBuffer> map(List<TensorInfo> tensors) throws IOException {
    Map<String, ByteBuffer> mapped = new HashMap<>();
    Set<String> distinct = new HashSet<>();
    Map<TensorFile, Long> bytes = new IdentityHashMap<>();
    tensors.forEach(info -> bytes.merge(places.get(info.name()), info.bytes(), Long::sum));
    Map<TensorFile, Optional<PrivateMapping>> mappings = new IdentityHashMap<>();
    try {
      for (TensorInfo info : tensors) {
        TensorFile file = places.get(info.name());
        boolean floats = info.type() == DType.F32 && info.length() > 0;
        boolean worth = bytes.get(file) >= WORTH_MAPPING;
        if (!floats || !worth || !distinct.add(firstName(info.name()))) {
          continue; // whoever asks for both of two tied tensors gets two arrays
        }
        if (!mappings.containsKey(file)) {
          mappings.put(file, file.mapPrivate());
        }
        Optional<PrivateMapping> mapping = mappings.get(file);
        if (mapping.isPresent()) {
          file.cut(info, mapping.get()).ifPresent(numbers -> mapped.put(info.name(), numbers));
        }
      }
    } finally {
      for (Optional<PrivateMapping> mapping : mappings.values()) {
        if (mapping.isPresent()) {
          mapping.get().close();
        }
      }
    }
    return mapped;
  }

  private INDArray read(TensorInfo info, Map<String, ByteBuffer> mapped, TensorReader reader)
      throws IOException {
    ByteBuffer floats = mapped.get(info.name());
    return floats == null
        ? reader.read(info, places.get(info.name()).bytes(info))
        : reader.over(info, floats);
  }

  @Override
  public Map<String, Long> checksums(Collection<String> names) throws IOException {
    return Checksums.of(inOrder(names), info -> places.get(info.name()).bytes(info));
  }

  private List<TensorInfo> inOrder(Collection<String> names) throws ModelFormatException {
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
    return inOrder;
  }

  private void find(String name) {
    if (!infos.containsKey(name)) {
      throw new IllegalArgumentException(
          "tensor expected one of " + infos.size() + " names but found " + name);
    }
  }

  @Override
  public Optional<WeightSource> retain() {
    users.incrementAndGet();
    return Optional.of(new CheckpointWeights(origin, files, places, infos, users));
  }

  @Override
  public void close() throws IOException {
    if (!closed.compareAndSet(false, true) || users.decrementAndGet() > 0) {
      return;
    }
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
