package io.fourierft.hub.card;

import io.fourierft.hub.ModelCard;
import io.fourierft.hub.RepoId;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Map;

/** The part of a card that is written from the adapter, in Markdown. */
final class CardSection {
  private static final int MAX_CELL = 300;
  private static final int MAX_LABELS = 50;
  private static final MathContext DIGITS = new MathContext(6);
  private static final String DEFAULT_BASE = "BASE_MODEL";

  private final RepoId repo;
  private final CardFacts facts;
  private final boolean hasNative;
  private final boolean hasPeft;
  private final StringBuilder text = new StringBuilder();

  /**
   * Makes a writer.
   *
   * @param hasNative whether the version holds {@value Parcel#FILE}
   * @param hasPeft whether it holds a PEFT directory
   */
  CardSection(RepoId repo, CardFacts facts, boolean hasNative, boolean hasPeft) {
    this.repo = repo;
    this.facts = facts;
    this.hasNative = hasNative;
    this.hasPeft = hasPeft;
  }

  String write() {
    text.append("## Adapter\n\n");
    table(facts.rows());
    if (!facts.labels().isEmpty()) {
      text.append("\nLabels: ").append(labels()).append(".\n");
    }
    if (!facts.metrics().isEmpty()) {
      text.append("\n## Results\n\n| metric | value |\n|---|---|\n");
      facts.metrics().forEach((name, value) -> row(name, number(value)));
    }
    if (!facts.settings().isEmpty()) {
      text.append("\n## Training\n\n");
      table(facts.settings());
    }
    text.append("\n## How to load it\n\nOn the command line:\n\n```\n");
    text.append("fourierft pull --hub hf: ").append(repo).append(" --output adapter\n```\n");
    java();
    python();
    return text.toString();
  }

  private void table(Map<String, String> rows) {
    text.append("| | |\n|---|---|\n");
    rows.forEach(this::row);
  }

  private void row(String label, String value) {
    text.append("| ").append(cell(label)).append(" | ").append(cell(value)).append(" |\n");
  }

  /** Six digits, without an exponent. */
  private static String number(double value) {
    return Double.isFinite(value)
        ? new BigDecimal(value).round(DIGITS).stripTrailingZeros().toPlainString()
        : Double.toString(value);
  }

  private String labels() {
    List<String> shown = facts.labels().stream().limit(MAX_LABELS).map(CardSection::cell).toList();
    int more = facts.labels().size() - shown.size();
    return String.join(", ", shown) + (more > 0 ? " and " + more + " more" : "");
  }

  /** Text of unknown origin as Markdown that is nothing but text, on one line. */
  static String cell(String value) {
    String cut = value.length() > MAX_CELL ? value.substring(0, MAX_CELL) + "..." : value;
    return cut.replaceAll("\\p{C}", " ")
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replaceAll("([\\\\`*\\[\\]|!~$])", "\\\\$1");
  }

  private void java() {
    text.append("\nIn Java:\n\n```java\ntry (Hub hub = Hubs.open(\"hf:\")) { // or dir:PATH\n");
    text.append("  Path files = hub.fetch(RepoId.parse(\"").append(repo);
    text.append("\"), \"main\", FetchOptions.defaults());\n");
    if (hasNative) {
      text.append(
          "  Adapter adapter = AdapterFiles.read(files.resolve(\"" + Parcel.FILE + "\"));\n");
    } else {
      text.append("  // layerShapes: module path -> shape, of the base model's linear layers\n");
      text.append("  Adapter adapter = PeftDirectory.read(files, layerShapes);\n");
    }
    text.append("}\n```\n");
  }

  private void python() {
    text.append("\nIn Python:\n\n```python\n");
    if (hasPeft) {
      String auto = TaskNames.autoClass(facts.task());
      String base = ModelCard.isModelId(facts.baseModel()) ? facts.baseModel() : DEFAULT_BASE;
      String classes = facts.labels().isEmpty() ? "" : ", num_labels=" + facts.labels().size();
      text.append("from peft import PeftModel\nfrom transformers import ").append(auto);
      text.append("\n\nbase = ").append(auto).append(".from_pretrained(\"").append(base);
      text.append("\"").append(classes).append(")\nmodel = PeftModel.from_pretrained(base, \"");
      text.append(repo).append("\")  # or the directory\n```\n");
    } else {
      text.append("import fourierft_adapter  # from tools/python of FourierFT for DL4J\n\n");
      text.append("adapter = fourierft_adapter.read(\"adapter/" + Parcel.FILE + "\")\n```\n");
    }
  }
}
