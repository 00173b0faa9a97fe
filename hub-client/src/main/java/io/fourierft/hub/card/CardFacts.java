package io.fourierft.hub.card;

import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterFileInfo;
import io.fourierft.adapter.AdapterSummary;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a card states of an adapter.
 *
 * @param baseModel id of the base model; empty if unknown
 * @param task the task as hubs name it; empty if unknown
 * @param labels names of the classes by index, none if unknown
 * @param rows what there is to say, by label, in order
 * @param settings how it was trained, by name
 * @param metrics how well it does, by name
 */
record CardFacts(
    String baseModel,
    String task,
    List<String> labels,
    Map<String, String> rows,
    SortedMap<String, String> settings,
    SortedMap<String, Double> metrics) {
  /** Rows of a summary that the card tells elsewhere, or that only matter for the file. */
  private static final Set<String> ELSEWHERE =
      Set.of("settings", "metrics", "labels", "PEFT keys kept", "format version", "sha256", "size");

  private static final Set<String> SIZES = Set.of("layers", "tensors");

  CardFacts {
    labels = List.copyOf(labels);
    rows = Collections.unmodifiableMap(new LinkedHashMap<>(rows));
    settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
    metrics = Collections.unmodifiableSortedMap(new TreeMap<>(metrics));
  }

  /** The facts of an adapter file. */
  static CardFacts of(Adapter adapter, AdapterFileInfo info) {
    Map<String, String> rows = new LinkedHashMap<>(AdapterSummary.of(adapter, info).rows());
    rows.keySet().removeAll(ELSEWHERE);
    rows.replaceAll((label, text) -> SIZES.contains(label) ? grouped(text) : text);
    rows.put(
        "size",
        String.format(
            Locale.ROOT,
            "%,d bytes: coefficients %,d, fully trained %,d, the rest %,d",
            info.size(),
            info.coefficientBytes(),
            info.tensorBytes(),
            info.overheadBytes()));
    return new CardFacts(
        adapter.baseModel().id(),
        TaskNames.pipeline(adapter.task().kind()),
        adapter.task().labels(),
        rows,
        new TreeMap<>(adapter.provenance().hyperparameters()),
        new TreeMap<>(adapter.provenance().metrics()));
  }

  /** Large numbers in groups of three digits. */
  static String grouped(String text) {
    return text.replaceAll("(?<=\\d)(?=(\\d{3})+(?!\\d))", ",");
  }

  /** The same facts with another base model and task, where those are given. */
  CardFacts stating(String base, String wanted) {
    return new CardFacts(
        base.isEmpty() ? baseModel : base,
        wanted.isEmpty() ? task : wanted,
        labels,
        rows,
        settings,
        metrics);
  }
}
