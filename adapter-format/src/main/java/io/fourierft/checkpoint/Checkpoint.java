package io.fourierft.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fourierft.adapter.LayerShapes;
import io.fourierft.peft.ModuleSpelling;
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
import java.util.Optional;
import java.util.Set;

/**
 * A pretrained model's directory, open for reading. Headers are checked on opening; tensors are
 * read when asked for. Parameters are found by the names they have in the model, which checkpoints
 * spell with the family's prefix or without, and ViT's in two ways.
 */
public final class Checkpoint implements Closeable {
  /** Name of the configuration. */
  public static final String CONFIG = "config.json";

  /** Name of the weights in one file. */
  public static final String SINGLE = "model.safetensors";

  /** Name of the index where the weights are in several files. */
  public static final String INDEX = "model.safetensors.index.json";

  /** Modules that GPT-2 keeps as [in, out]. */
  private static final Set<String> CONV1D = Set.of("c_attn", "c_proj", "c_fc", "q_attn");

  private static final String WEIGHT = ".weight";

  private final Path directory;
  private final String modelType;
  private final List<SafetensorsFile> files;
  private final Map<String, TensorEntry> entries;

  /**
   * The matrix of a linear layer.
   *
   * @param tensor its name in the checkpoint
   * @param rows output features
   * @param cols input features
   * @param transposed whether it is stored as [in, out], as GPT-2's are
   */
  public record Weight(String tensor, int rows, int cols, boolean transposed) {}

  private Checkpoint(
      Path directory,
      String modelType,
      List<SafetensorsFile> files,
      Map<String, TensorEntry> entries) {
    this.directory = directory;
    this.modelType = modelType;
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
      return new Checkpoint(directory, modelType, files, entries(files, shards, index));
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
   * Returns the family.
   *
   * @return {@code model_type} of the configuration; empty if it has none
   */
  public String modelType() {
    return modelType;
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
   * Finds a parameter.
   *
   * @param name its name in the model, such as {@code classifier.weight}
   * @return its entry, if the checkpoint has it under any spelling
   */
  public Optional<TensorEntry> parameter(String name) {
    return spellings(name).stream().filter(entries::containsKey).map(entries::get).findFirst();
  }

  /**
   * Finds the matrix of a linear layer.
   *
   * @param module its module path in the model
   * @return the matrix, if the checkpoint has one
   */
  public Optional<Weight> weight(String module) {
    return parameter(module + WEIGHT)
        .filter(entry -> entry.shape().size() == 2)
        .filter(entry -> entry.shape().stream().allMatch(side -> side > 0 && side < 1 << 24))
        .map(entry -> weight(module, entry));
  }

  private Weight weight(String module, TensorEntry entry) {
    int first = Math.toIntExact(entry.shape().get(0));
    int second = Math.toIntExact(entry.shape().get(1));
    boolean transposed =
        modelType.equals("gpt2") && CONV1D.contains(module.substring(module.lastIndexOf('.') + 1));
    return transposed
        ? new Weight(entry.name(), second, first, true)
        : new Weight(entry.name(), first, second, false);
  }

  /**
   * Returns the shapes of the linear layers, for reading PEFT directories.
   *
   * @return shape by module path
   */
  public LayerShapes shapes() {
    return module ->
        weight(module).map(weight -> new LayerShapes.Shape(weight.rows(), weight.cols()));
  }

  /** The names under which a checkpoint may hold a parameter. */
  private Set<String> spellings(String name) {
    Set<String> spellings = new LinkedHashSet<>();
    spellings.add(name);
    for (ModuleSpelling spelling : ModuleSpelling.values()) {
      spellings.add(spelling.spell(name));
    }
    List<String> prefixes = List.of(modelType + ".", "transformer.", "model.");
    for (String spelled : List.copyOf(spellings)) {
      for (String prefix : prefixes) {
        spellings.add(
            spelled.startsWith(prefix) ? spelled.substring(prefix.length()) : prefix + spelled);
      }
    }
    return spellings;
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
