package io.fourierft.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fourierft.safetensors.SafetensorsFile;
import io.fourierft.safetensors.TensorEntry;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A pretrained model's directory, open for reading. Headers are checked on opening; tensors are
 * read when asked for.
 */
public final class Checkpoint implements Closeable {
  /** Name of the configuration. */
  public static final String CONFIG = "config.json";

  /** Name of the weights in one file. */
  public static final String SINGLE = "model.safetensors";

  /** Name of the index where the weights are in several files. */
  public static final String INDEX = "model.safetensors.index.json";

  private final Path directory;
  private final CheckpointNames names;
  private final List<SafetensorsFile> files;
  private final Map<String, TensorEntry> entries;

  private Checkpoint(
      Path directory,
      CheckpointNames names,
      List<SafetensorsFile> files,
      Map<String, TensorEntry> entries) {
    this.directory = directory;
    this.names = names;
    this.files = List.copyOf(files);
    this.entries = entries;
  }

  /**
   * Opens a model's directory.
   *
   * @param directory holds config.json and the weights in safetensors
   * @return the open checkpoint
   * @throws IOException if a file is absent or damaged
   */
  public static Checkpoint open(Path directory) throws IOException {
    ObjectNode config = CheckpointJson.read(directory.resolve(CONFIG));
    String modelType = config.path("model_type").asText("");
    Path index = directory.resolve(INDEX);
    boolean single = Files.exists(directory.resolve(SINGLE));
    if (!single && !Files.exists(index)) {
      throw new CheckpointException(
          "model directory expected "
              + SINGLE
              + " or "
              + INDEX
              + " but found neither ("
              + directory
              + ")");
    }
    Map<String, String> shards = single ? Map.of() : CheckpointJson.shards(index);
    Set<String> names = single ? Set.of(SINGLE) : new LinkedHashSet<>(shards.values());
    List<SafetensorsFile> files = new ArrayList<>();
    try {
      for (String name : names) {
        files.add(SafetensorsFile.open(directory.resolve(name)));
      }
      Map<String, TensorEntry> entries = entries(files, shards, index);
      Map<String, List<Long>> shapes = new HashMap<>();
      entries.forEach((name, entry) -> shapes.put(name, entry.shape()));
      return new Checkpoint(directory, CheckpointNames.of(modelType, shapes), files, entries);
    } catch (IOException | RuntimeException e) {
      closeAll(files, e);
      throw e;
    }
  }

  /** Gathers the tensors of all files; what an index says must be true. */
  private static Map<String, TensorEntry> entries(
      List<SafetensorsFile> files, Map<String, String> shards, Path index)
      throws CheckpointException {
    Map<String, TensorEntry> entries = new LinkedHashMap<>();
    Map<String, Path> places = new HashMap<>();
    for (SafetensorsFile file : files) {
      for (TensorEntry entry : file.entries()) {
        if (entries.put(entry.name(), entry) != null) {
          throw new CheckpointException(
              String.format(
                  "shards expected distinct tensors but found %s twice (%s)",
                  entry.name(), file.path()));
        }
        places.put(entry.name(), file.path().getFileName());
      }
    }
    for (Map.Entry<String, String> shard : shards.entrySet()) {
      Path place = places.get(shard.getKey());
      if (place == null || !place.toString().equals(shard.getValue())) {
        throw new CheckpointException(
            String.format(
                "tensor expected in %s but found %s (%s in %s)",
                shard.getValue(),
                place == null ? "none" : "it in " + place,
                shard.getKey(),
                index));
      }
    }
    return Collections.unmodifiableMap(entries);
  }

  /**
   * Returns where the model is.
   *
   * @return its directory
   */
  public Path directory() {
    return directory;
  }

  /**
   * Returns the files of the weights.
   *
   * @return one, or the shards in the order of the index
   */
  public List<SafetensorsFile> files() {
    return files;
  }

  /**
   * Returns all tensors.
   *
   * @return the tensors in storage order, file by file
   */
  public Collection<TensorEntry> tensors() {
    return entries.values();
  }

  /**
   * Tells whether the weights are in several files with an index.
   *
   * @return false if they are in one
   */
  public boolean sharded() {
    return files.size() != 1 || !files.get(0).path().endsWith(SINGLE);
  }

  /**
   * Finds tensors by the names they have in the model.
   *
   * @return the names
   */
  public CheckpointNames names() {
    return names;
  }

  /**
   * Returns a tensor.
   *
   * @param name its name in the checkpoint
   * @return the tensor
   * @throws CheckpointException if there is none
   */
  public TensorEntry tensor(String name) throws CheckpointException {
    TensorEntry entry = entries.get(name);
    if (entry == null) {
      throw new CheckpointException(
          String.format(
              "tensor expected '%s' but found none of the name among %d (%s)",
              name, entries.size(), directory));
    }
    return entry;
  }

  @Override
  public void close() throws IOException {
    IOException failure = new IOException("checkpoint expected to close (" + directory + ")");
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

  @Override
  public String toString() {
    return "Checkpoint[" + directory + ", " + entries.size() + " tensors]";
  }
}
