package io.fourierft.peft;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How transformers names the modules of a model. Releases 4 and 5 differ for ViT only: {@code
 * vit.encoder.layer.0.attention.attention.query}, which checkpoints keep, became {@code
 * vit.layers.0.attention.q_proj}. BERT, RoBERTa, GPT-2 and LLaMA have one spelling.
 */
public enum ModuleSpelling {
  /** Transformers 4, and the checkpoints of either. */
  TRANSFORMERS_4,
  /** Transformers 5. */
  TRANSFORMERS_5;

  private static final Pattern LAYER =
      Pattern.compile("vit\\.(?:encoder\\.layer|layers)\\.([0-9]+)\\.(.+)");

  /** Inner paths by release; the more specific first. */
  private static final List<Map.Entry<String, String>> PATHS =
      List.of(
          Map.entry("attention.attention.query", "attention.q_proj"),
          Map.entry("attention.attention.key", "attention.k_proj"),
          Map.entry("attention.attention.value", "attention.v_proj"),
          Map.entry("attention.output.dense", "attention.o_proj"),
          Map.entry("intermediate.dense", "mlp.fc1"),
          Map.entry("output.dense", "mlp.fc2"));

  /**
   * Spells a name.
   *
   * @param name path of a module or parameter in either spelling
   * @return the path in this spelling; the same if there is only one
   */
  public String spell(String name) {
    Matcher layer = LAYER.matcher(name);
    if (!layer.matches()) {
      return name;
    }
    String start =
        this == TRANSFORMERS_4
            ? "vit.encoder.layer." + layer.group(1) + "."
            : "vit.layers." + layer.group(1) + ".";
    return start + inner(layer.group(2));
  }

  private String inner(String path) {
    for (Map.Entry<String, String> pair : PATHS) {
      String other = this == TRANSFORMERS_4 ? pair.getValue() : pair.getKey();
      String own = this == TRANSFORMERS_4 ? pair.getKey() : pair.getValue();
      if (path.equals(other) || path.startsWith(other + ".")) {
        return own + path.substring(other.length());
      }
    }
    return path;
  }
}
