package io.fourierft.hub.card;

import io.fourierft.hub.ModelCard;
import io.fourierft.hub.RepoId;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Lists in the YAML of a card, as hubs read them. */
final class FrontMatter {
  private FrontMatter() {}

  /** The names of the metrics. */
  static List<String> metrics(CardFacts facts) {
    List<String> lines = new ArrayList<>(List.of("metrics:"));
    facts.metrics().keySet().forEach(name -> lines.add("- " + ModelCard.yaml(name)));
    return lines;
  }

  /** Results in the form of Papers with Code, which hubs show beside the card. */
  static List<String> index(RepoId repo, CardFacts facts) {
    String task = facts.task().isEmpty() ? "other" : facts.task();
    List<String> lines = new ArrayList<>();
    lines.add("model-index:");
    lines.add("- name: " + ModelCard.yaml(repo.name()));
    lines.add("  results:");
    lines.add("  - task:");
    lines.add("      type: " + ModelCard.yaml(task));
    lines.add("    dataset:");
    lines.add("      name: not stated");
    lines.add("      type: unknown");
    lines.add("    metrics:");
    for (Map.Entry<String, Double> metric : facts.metrics().entrySet()) {
      if (Double.isFinite(metric.getValue())) {
        lines.add("    - type: " + ModelCard.yaml(metric.getKey()));
        // Without an exponent: YAML 1.1 takes 1.0E10 for a text.
        lines.add("      value: " + new BigDecimal("" + metric.getValue()).toPlainString());
      }
    }
    return lines;
  }
}
