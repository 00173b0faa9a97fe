package io.fourierft.importer.weights;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Reads all tensors of a {@link WeightReport} into off-heap memory. */
public final class WeightLoader {
  private WeightLoader() {}

  /**
   * Reads what the report found. A tensor that stands for several parameters is read once and
   * shared.
   *
   * @param source the file
   * @param report how its tensors fit the model; must fit
   * @return parameter name to array, in the report's order; the caller closes them
   * @throws IOException if the file does not fit or cannot be read; nothing stays allocated then
   */
  public static Map<String, INDArray> load(WeightSource source, WeightReport report)
      throws IOException {
    report.requireFit();
    Map<String, List<String>> parameters = new LinkedHashMap<>();
    report
        .found()
        .forEach(
            (name, tensor) -> parameters.computeIfAbsent(tensor, t -> new ArrayList<>()).add(name));
    Map<String, INDArray> read = new HashMap<>();
    try {
      source.visit(
          parameters.keySet(),
          (tensor, value) -> parameters.get(tensor).forEach(name -> read.put(name, value)));
    } catch (IOException | RuntimeException failure) {
      read.values().stream().filter(value -> !value.wasClosed()).forEach(INDArray::close);
      throw failure;
    }
    Map<String, INDArray> ordered = new LinkedHashMap<>();
    report.found().keySet().forEach(name -> ordered.put(name, read.get(name)));
    return ordered;
  }
}
