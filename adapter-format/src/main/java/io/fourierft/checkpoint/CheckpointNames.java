package io.fourierft.checkpoint;

import io.fourierft.adapter.LayerShapes;
import io.fourierft.peft.ModuleSpelling;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds parameters in a checkpoint by the names they have in the model. Checkpoints spell them with
 * the family's prefix or without, and ViT's in two ways.
 */
public final class CheckpointNames {
  /** Modules that GPT-2 keeps as [in, out]. */
  private static final Set<String> CONV1D = Set.of("c_attn", "c_proj", "c_fc", "q_attn");

  private static final long LONGEST_SIDE = 1 << 24;

  private final String modelType;
  private final Map<String, List<Long>> shapes;

  /**
   * The matrix of a linear layer.
   *
   * @param tensor its name in the checkpoint
   * @param rows output features
   * @param cols input features
   * @param transposed whether it is stored as [in, out], as GPT-2's are
   */
  public record Weight(String tensor, int rows, int cols, boolean transposed) {}

  private CheckpointNames(String modelType, Map<String, List<Long>> shapes) {
    this.modelType = modelType;
    this.shapes = Map.copyOf(shapes);
  }

  /**
   * Makes the names of a checkpoint.
   *
   * @param modelType the family, {@code model_type} of the configuration; may be empty
   * @param shapes shape by tensor name
   * @return the names
   */
  public static CheckpointNames of(String modelType, Map<String, List<Long>> shapes) {
    return new CheckpointNames(modelType, shapes);
  }

  /**
   * Finds a parameter.
   *
   * @param name its name in the model, such as {@code classifier.weight}
   * @return its name in the checkpoint, if it is there under any spelling
   */
  public Optional<String> parameter(String name) {
    return spellings(name).stream().filter(shapes::containsKey).findFirst();
  }

  /**
   * Finds the matrix of a linear layer.
   *
   * @param module its module path in the model
   * @return the matrix, if the checkpoint has one
   */
  public Optional<Weight> weight(String module) {
    return parameter(module + ".weight")
        .filter(tensor -> shapes.get(tensor).size() == 2)
        .filter(
            tensor -> shapes.get(tensor).stream().allMatch(side -> side > 0 && side < LONGEST_SIDE))
        .map(tensor -> weight(module, tensor));
  }

  private Weight weight(String module, String tensor) {
    int first = Math.toIntExact(shapes.get(tensor).get(0));
    int second = Math.toIntExact(shapes.get(tensor).get(1));
    boolean transposed =
        modelType.equals("gpt2") && CONV1D.contains(module.substring(module.lastIndexOf('.') + 1));
    return transposed
        ? new Weight(tensor, second, first, true)
        : new Weight(tensor, first, second, false);
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
}
