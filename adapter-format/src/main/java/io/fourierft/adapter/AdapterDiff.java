package io.fourierft.adapter;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * What differs between two adapters.
 *
 * @param differences the differences in the order of an adapter's parts; empty if there are none
 */
public record AdapterDiff(List<Difference> differences) {
  private static final String ABSENT = "-";

  /**
   * One difference.
   *
   * @param what part of the adapter, such as {@code scaling} or a module path
   * @param first what the first adapter says; {@code -} for nothing
   * @param second what the second adapter says; {@code -} for nothing
   */
  public record Difference(String what, String first, String second) {
    @Override
    public String toString() {
      return what + ": " + first + " | " + second;
    }
  }

  /**
   * Copies the list.
   *
   * @param differences the differences in the order of an adapter's parts; empty if there are none
   */
  public AdapterDiff {
    differences = List.copyOf(differences);
  }

  /**
   * Compares two adapters.
   *
   * @param first an adapter
   * @param second another
   * @return what differs
   */
  public static AdapterDiff of(Adapter first, Adapter second) {
    List<Difference> found = new ArrayList<>();
    compare(found, "", parts(first), parts(second));
    String entries = EntryRuleText.of(first.rule());
    if (!first.rule().equals(second.rule()) && entries.equals(EntryRuleText.of(second.rule()))) {
      found.add(new Difference("entries", entries, "others"));
    }
    compareLayers(found, first, second);
    compareTensors(found, first, second);
    compare(found, "task ", task(first), task(second));
    compare(found, "", origin(first), origin(second));
    compare(
        found,
        "setting ",
        first.provenance().hyperparameters(),
        second.provenance().hyperparameters());
    compare(found, "metric ", first.provenance().metrics(), second.provenance().metrics());
    compare(found, "PEFT key ", first.peft().config(), second.peft().config());
    compare(found, "PEFT type of ", first.peft().dtypes(), second.peft().dtypes());
    compare(found, "PEFT name of ", first.peft().keys(), second.peft().keys());
    Map<String, Integer> layers = Map.of("PEFT layers", first.peft().layers());
    compare(found, "", layers, Map.of("PEFT layers", second.peft().layers()));
    if (!first.residue().equals(second.residue())) {
      found.add(new Difference("fields of later versions", "some", "others"));
    }
    return new AdapterDiff(found);
  }

  /**
   * Tells whether the adapters are equal.
   *
   * @return true if nothing differs
   */
  public boolean isEmpty() {
    return differences.isEmpty();
  }

  private static Map<String, Object> parts(Adapter adapter) {
    Map<String, Object> parts = new LinkedHashMap<>();
    BaseModel base = adapter.baseModel();
    parts.put("base", base.id());
    parts.put("base revision", base.revision());
    parts.put("base architecture", base.fingerprint().architecture());
    base.fingerprint().sizes().forEach((name, size) -> parts.put("base " + name, size));
    parts.put("base weights", base.fingerprint().weightsSha256());
    parts.put("entries", EntryRuleText.of(adapter.rule()));
    parts.put("basis", adapter.basis());
    parts.put("basis seed", adapter.basisSeed());
    parts.put("scaling", adapter.scaling());
    parts.put("start", adapter.init());
    parts.put("bias", adapter.bias());
    return parts;
  }

  private static Map<String, Object> task(Adapter adapter) {
    Task task = adapter.task();
    Map<String, Object> parts = new LinkedHashMap<>();
    parts.put("kind", task.kind());
    parts.put("labels", task.labels());
    parts.put("tokenizer", task.tokenizer());
    parts.put("longest input", task.maxLength());
    return parts;
  }

  private static Map<String, Object> origin(Adapter adapter) {
    Map<String, Object> parts = new LinkedHashMap<>();
    parts.put("library", adapter.provenance().libraryVersion());
    parts.put("created", adapter.provenance().created());
    parts.put("data", adapter.provenance().dataDigest());
    return parts;
  }

  private static void compare(
      List<Difference> found, String prefix, Map<String, ?> first, Map<String, ?> second) {
    Map<String, Object> names = new LinkedHashMap<>(first);
    second.forEach(names::putIfAbsent);
    for (String name : names.keySet()) {
      String a = text(first.get(name));
      String b = text(second.get(name));
      if (!a.equals(b)) {
        found.add(new Difference(prefix + name, a, b));
      }
    }
  }

  private static String text(Object value) {
    String text = value == null ? "" : value.toString();
    return text.isEmpty() ? ABSENT : text;
  }

  private static void compareLayers(List<Difference> found, Adapter first, Adapter second) {
    Map<String, AdapterLayer> a = byName(first.layers(), AdapterLayer::module);
    Map<String, AdapterLayer> b = byName(second.layers(), AdapterLayer::module);
    for (String module : union(a.keySet(), b.keySet())) {
      String left = a.containsKey(module) ? form(a.get(module)) : ABSENT;
      String right = b.containsKey(module) ? form(b.get(module)) : ABSENT;
      if (!left.equals(right)) {
        found.add(new Difference(module, left, right));
      } else {
        numbers(found, module, a.get(module).values(), b.get(module).values());
      }
    }
    order(found, "order of the layers", List.copyOf(a.keySet()), List.copyOf(b.keySet()));
  }

  private static void compareTensors(List<Difference> found, Adapter first, Adapter second) {
    Map<String, NamedTensor> a = byName(first.tensors(), NamedTensor::name);
    Map<String, NamedTensor> b = byName(second.tensors(), NamedTensor::name);
    for (String name : union(a.keySet(), b.keySet())) {
      String left = a.containsKey(name) ? Arrays.toString(a.get(name).shape()) : ABSENT;
      String right = b.containsKey(name) ? Arrays.toString(b.get(name).shape()) : ABSENT;
      if (!left.equals(right)) {
        found.add(new Difference(name, left, right));
      } else {
        numbers(found, name, a.get(name).values(), b.get(name).values());
      }
    }
    order(found, "order of the tensors", List.copyOf(a.keySet()), List.copyOf(b.keySet()));
  }

  private static String form(AdapterLayer layer) {
    return "[" + layer.rows() + ", " + layer.cols() + "], n = " + layer.n();
  }

  private static <T> Map<String, T> byName(List<T> parts, Function<T, String> name) {
    Map<String, T> map = new LinkedHashMap<>();
    parts.forEach(part -> map.put(name.apply(part), part));
    return map;
  }

  private static Set<String> union(Set<String> first, Set<String> second) {
    Set<String> all = new TreeSet<>(first);
    all.addAll(second);
    return all;
  }

  private static void order(
      List<Difference> found, String what, List<String> first, List<String> second) {
    if (!first.equals(second) && Set.copyOf(first).equals(Set.copyOf(second))) {
      found.add(new Difference(what, String.join(", ", first), String.join(", ", second)));
    }
  }

  /** Describes equally many numbers on both sides by how many differ and by how much. */
  private static void numbers(List<Difference> found, String what, float[] a, float[] b) {
    if (Arrays.equals(a, b)) {
      return;
    }
    int count = 0;
    double largest = 0;
    double squareA = 0;
    double squareB = 0;
    for (int i = 0; i < a.length; i++) {
      count += Float.floatToIntBits(a[i]) == Float.floatToIntBits(b[i]) ? 0 : 1;
      largest = Math.max(largest, Math.abs((double) a[i] - b[i]));
      squareA += (double) a[i] * a[i];
      squareB += (double) b[i] * b[i];
    }
    String label =
        String.format(
            Locale.ROOT, "%s (%d of %d differ, by %.3g at most)", what, count, a.length, largest);
    found.add(new Difference(label, norm(squareA), norm(squareB)));
  }

  private static String norm(double square) {
    return String.format(Locale.ROOT, "norm %.6g", Math.sqrt(square));
  }
}
