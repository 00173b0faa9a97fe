package io.fourierft.importer.weights;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Reads all tensors of a {@link WeightReport} into off-heap memory. */
public final class WeightLoader {
  private static final int STEP = 1 << 18;

  private WeightLoader() {}

  /**
   * Reads what the report found. A tensor that stands for several parameters is read once and
   * shared, and so are tied parameters of which the file has two equal copies.
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
            (name, tensor) ->
                parameters
                    .computeIfAbsent(source.firstName(tensor), t -> new ArrayList<>())
                    .add(name));
    Map<String, INDArray> read = new HashMap<>();
    try {
      source.visit(
          parameters.keySet(),
          (tensor, value) -> {
            parameters.get(tensor).forEach(name -> read.put(name, value));
            report.tied().forEach((one, other) -> share(read, one, other));
          });
    } catch (IOException | RuntimeException failure) {
      read.values().stream().filter(value -> !value.wasClosed()).forEach(INDArray::close);
      throw failure;
    }
    Map<String, INDArray> ordered = new LinkedHashMap<>();
    report.found().keySet().forEach(name -> ordered.put(name, read.get(name)));
    return ordered;
  }

  /** Keeps one of two tied arrays if both have been read and are equal. */
  private static void share(Map<String, INDArray> read, String one, String other) {
    INDArray first = read.get(one);
    INDArray second = read.get(other);
    if (first != null && second != null && first != second && equal(first, second)) {
      read.replaceAll((name, value) -> value == first ? second : value);
      first.close();
    }
  }

  private static boolean equal(INDArray one, INDArray other) {
    for (long start = 0; start < one.length(); start += STEP) {
      long end = Math.min(start + STEP, one.length());
      float[] left = one.data().getFloatsAt(start, (int) (end - start));
      if (!Arrays.equals(left, other.data().getFloatsAt(start, (int) (end - start)))) {
        return false;
      }
    }
    return true;
  }
}
