package io.fourierft.adapter;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What there is to tell about an adapter without its numbers.
 *
 * @param adapter the adapter
 * @param file facts about its file, or about the file it would make
 * @param groups the adapted layers; those whose names differ in one number together
 */
public record AdapterSummary(Adapter adapter, AdapterFileInfo file, List<LayerGroup> groups) {
  /**
   * Layers of one shape and n whose names differ in one number.
   *
   * @param modules module path with {@code #} in place of the number
   * @param rows output features
   * @param cols input features
   * @param n coefficients of each
   * @param count how many layers
   */
  public record LayerGroup(String modules, int rows, int cols, int n, int count) {
    /**
     * Tells whether the shape is one, or that of a base that is not at hand.
     *
     * @return false for {@link LayerShapes.Shape#UNKNOWN}
     */
    public boolean isShaped() {
      return !LayerShapes.Shape.UNKNOWN.equals(new LayerShapes.Shape(rows, cols));
    }

    private String text() {
      String shape = isShaped() ? "[" + rows + ", " + cols + "]" : "(shape known to the base)";
      return count + " x " + shape + ", n = " + n;
    }
  }

  private record Shape(String modules, int rows, int cols, int n) {}

  /**
   * Copies the groups.
   *
   * @param adapter the adapter
   * @param file facts about its file, or about the file it would make
   * @param groups the adapted layers; those whose names differ in one number together
   */
  public AdapterSummary {
    groups = List.copyOf(groups);
  }

  /**
   * Sums up an adapter that was read from an adapter file.
   *
   * @param adapter the adapter
   * @param file facts about its file
   * @return the summary
   */
  public static AdapterSummary of(Adapter adapter, AdapterFileInfo file) {
    Map<Shape, Integer> counts = new LinkedHashMap<>();
    for (AdapterLayer layer : adapter.layers()) {
      String modules = LayerBlocks.pattern(layer.module());
      counts.merge(new Shape(modules, layer.rows(), layer.cols(), layer.n()), 1, Integer::sum);
    }
    List<LayerGroup> groups = new ArrayList<>();
    counts.forEach(
        (shape, count) ->
            groups.add(
                new LayerGroup(shape.modules(), shape.rows(), shape.cols(), shape.n(), count)));
    return new AdapterSummary(adapter, file, groups);
  }

  /**
   * Sums up an adapter of other origin: sizes and digest are those of the adapter file it makes
   * with all numbers as F32.
   *
   * @param adapter the adapter
   * @return the summary
   */
  public static AdapterSummary of(Adapter adapter) {
    return of(adapter, AdapterFiles.info(adapter));
  }

  /**
   * Counts the trained numbers of the spectra.
   *
   * @return the number of coefficients of all layers
   */
  public long coefficients() {
    return adapter.layers().stream().mapToLong(AdapterLayer::n).sum();
  }

  /**
   * Counts the numbers trained in full.
   *
   * @return the number of elements of all tensors
   */
  public long fullyTrained() {
    return adapter.tensors().stream().mapToLong(NamedTensor::size).sum();
  }

  /**
   * Returns the summary as a table.
   *
   * @return text by label, in the order to show; labels of what is not known are left out
   */
  public Map<String, String> rows() {
    Map<String, String> rows = new LinkedHashMap<>();
    addBase(rows);
    addMethod(rows);
    for (LayerGroup group : groups) {
      rows.put(group.modules(), group.text());
    }
    for (NamedTensor tensor : adapter.tensors()) {
      rows.put(tensor.name(), Arrays.toString(tensor.shape()));
    }
    addOrigin(rows);
    addFile(rows);
    return rows;
  }

  private void addBase(Map<String, String> rows) {
    BaseModel base = adapter.baseModel();
    put(rows, "base", base.id());
    put(rows, "base revision", base.revision());
    put(rows, "base architecture", base.fingerprint().architecture());
    if (!base.fingerprint().sizes().isEmpty()) {
      rows.put("base sizes", joined(base.fingerprint().sizes()));
    }
    put(rows, "base weights", base.fingerprint().weightsSha256());
  }

  private void addMethod(Map<String, String> rows) {
    rows.put("entries", EntryRuleText.of(adapter.rule()));
    if (adapter.basis() != Basis.FOURIER) {
      rows.put("basis", adapter.basis() + ", seed " + adapter.basisSeed());
    }
    rows.put("scaling", Double.toString(adapter.scaling()));
    rows.put("start", adapter.init().toString());
    rows.put("bias", adapter.bias().toString());
    rows.put("layers", adapter.layers().size() + ", " + coefficients() + " coefficients");
    rows.put("tensors", adapter.tensors().size() + ", " + fullyTrained() + " numbers");
  }

  private void addOrigin(Map<String, String> rows) {
    put(rows, "task", adapter.task().kind());
    put(rows, "labels", String.join(", ", adapter.task().labels()));
    put(rows, "tokenizer", adapter.task().tokenizer());
    if (adapter.task().maxLength() > 0) {
      rows.put("longest input", adapter.task().maxLength() + " tokens");
    }
    Provenance provenance = adapter.provenance();
    put(rows, "library", provenance.libraryVersion());
    put(rows, "created", provenance.created());
    put(rows, "data", provenance.dataDigest());
    put(rows, "settings", joined(provenance.hyperparameters()));
    put(rows, "metrics", joined(provenance.metrics()));
    put(rows, "PEFT keys kept", String.join(", ", adapter.peft().config().keySet()));
  }

  private void addFile(Map<String, String> rows) {
    rows.put("format version", Integer.toString(file.version()));
    rows.put(
        "size",
        String.format(
            Locale.ROOT,
            "%,d bytes: coefficients %,d%s, tensors %,d%s, the rest %,d",
            file.size(),
            file.coefficientBytes(),
            types(file.coefficientTypes()),
            file.tensorBytes(),
            types(file.tensorTypes()),
            file.overheadBytes()));
    rows.put("sha256", file.sha256());
  }

  private static String types(Set<StorageType> types) {
    List<String> names = types.stream().map(StorageType::name).toList();
    return names.isEmpty() ? "" : " (" + String.join(", ", names) + ")";
  }

  private static String joined(Map<String, ?> values) {
    List<String> parts = new ArrayList<>();
    values.forEach((name, value) -> parts.add(name + " " + value));
    return String.join(", ", parts);
  }

  private static void put(Map<String, String> rows, String label, String text) {
    if (!text.isEmpty()) {
      rows.put(label, text);
    }
  }
}
