package io.fourierft.importer.weights;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * How the tensors of a file fit a model.
 *
 * @param origin the file
 * @param found parameter name to the name of the tensor in the file
 * @param fresh parameters that the file lacks and may lack
 * @param missing name and shape of each tensor that the file should have
 * @param unexpected tensors of the file that the model has no place for
 * @param misshapen tensors whose shape differs, with both shapes
 */
public record WeightReport(
    String origin,
    Map<String, String> found,
    List<ExpectedTensor> fresh,
    List<String> missing,
    List<String> unexpected,
    List<String> misshapen) {

  /**
   * Compares a file with a model.
   *
   * @param source the file
   * @param expected what the model needs
   * @param ignorable which other tensors of the file are no cause for concern
   * @return the report
   */
  public static WeightReport compare(
      WeightSource source, List<ExpectedTensor> expected, Predicate<String> ignorable) {
    Map<String, TensorInfo> tensors = source.tensors();
    Map<String, String> found = new LinkedHashMap<>();
    List<ExpectedTensor> fresh = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    List<String> misshapen = new ArrayList<>();
    Set<String> used = new LinkedHashSet<>();
    for (ExpectedTensor tensor : expected) {
      String spelling = spelling(tensor, tensors);
      if (spelling.isEmpty()) {
        if (tensor.fresh()) {
          fresh.add(tensor);
        } else {
          missing.add(tensor.name() + " " + tensor.shape());
        }
        continue;
      }
      used.add(spelling);
      found.put(tensor.name(), spelling);
      List<Long> shape = tensors.get(spelling).shape();
      if (!shape.equals(tensor.shape())) {
        misshapen.add(spelling + " expected " + tensor.shape() + " but found " + shape);
      }
    }
    List<String> unexpected =
        tensors.keySet().stream()
            .filter(name -> !used.contains(name) && !ignorable.test(name))
            .toList();
    return new WeightReport(source.origin(), found, fresh, missing, unexpected, misshapen);
  }

  private static String spelling(ExpectedTensor tensor, Map<String, TensorInfo> tensors) {
    return tensor.spellings().stream().filter(tensors::containsKey).findFirst().orElse("");
  }

  /**
   * Whether the file holds all that the model needs and nothing else.
   *
   * @return true if there is nothing to complain about
   */
  public boolean fits() {
    return missing.isEmpty() && unexpected.isEmpty() && misshapen.isEmpty();
  }

  /**
   * Refuses a file that does not fit.
   *
   * @throws ModelFormatException with all that is wrong, in one line
   */
  public void requireFit() throws ModelFormatException {
    if (fits()) {
      return;
    }
    List<String> parts = new ArrayList<>();
    add(parts, "missing", missing);
    add(parts, "unexpected", unexpected);
    add(parts, "of another shape", misshapen);
    throw new ModelFormatException(
        "model weights expected to match the configuration but found "
            + String.join("; ", parts)
            + " ("
            + origin
            + ")");
  }

  private static void add(List<String> parts, String what, List<String> names) {
    if (!names.isEmpty()) {
      parts.add(names.size() + " " + what + ": " + String.join(", ", names));
    }
  }
}
