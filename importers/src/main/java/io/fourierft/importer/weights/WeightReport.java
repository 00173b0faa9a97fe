package io.fourierft.importer.weights;

import java.util.ArrayList;
import java.util.LinkedHashMap;
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
 * @param tied parameters of which the file holds the numbers twice, by the parameter they are tied
 *     to
 */
public record WeightReport(
    String origin,
    Map<String, String> found,
    List<ExpectedTensor> fresh,
    List<String> missing,
    List<String> unexpected,
    List<String> misshapen,
    Map<String, String> tied) {

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
    Map<String, String> spellings = spellings(expected, tensors);
    Map<String, String> found = new LinkedHashMap<>();
    List<ExpectedTensor> fresh = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    List<String> misshapen = new ArrayList<>();
    Map<String, String> tied = new LinkedHashMap<>();
    for (ExpectedTensor tensor : expected) {
      String spelling = spellings.getOrDefault(tensor.name(), "");
      if (spelling.isEmpty()) {
        if (tensor.fresh()) {
          fresh.add(tensor);
        } else {
          missing.add(tensor.name() + " " + tensor.shape());
        }
        continue;
      }
      found.put(tensor.name(), spelling);
      if (!spellings.getOrDefault(tensor.tiedTo(), spelling).equals(spelling)) {
        tied.put(tensor.name(), tensor.tiedTo());
      }
      List<Long> shape = tensors.get(spelling).shape();
      if (!shape.equals(tensor.shape())) {
        misshapen.add(spelling + " expected " + tensor.shape() + " but found " + shape);
      }
    }
    Set<String> used = Set.copyOf(found.values());
    List<String> unexpected =
        tensors.keySet().stream()
            .filter(name -> !used.contains(name) && !ignorable.test(name))
            .toList();
    return new WeightReport(source.origin(), found, fresh, missing, unexpected, misshapen, tied);
  }

  /** Which tensor of the file each parameter is; one that is tied may be the other's. */
  private static Map<String, String> spellings(
      List<ExpectedTensor> expected, Map<String, TensorInfo> tensors) {
    Map<String, String> spellings = new LinkedHashMap<>();
    for (ExpectedTensor tensor : expected) {
      tensor.spellings().stream()
          .filter(tensors::containsKey)
          .findFirst()
          .ifPresent(spelling -> spellings.put(tensor.name(), spelling));
    }
    for (ExpectedTensor tensor : expected) {
      if (!tensor.tiedTo().isEmpty()) {
        String own = spellings.get(tensor.name());
        String other = spellings.get(tensor.tiedTo());
        if (own == null && other != null) {
          spellings.put(tensor.name(), other);
        } else if (own != null && other == null) {
          spellings.put(tensor.tiedTo(), own);
        }
      }
    }
    return spellings;
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
