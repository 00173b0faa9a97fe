package io.fourierft.importer.gpt2;

import io.fourierft.engine.Linear;
import io.fourierft.importer.DecoderHead;
import io.fourierft.importer.DecoderTensors;
import io.fourierft.importer.Head;
import io.fourierft.importer.TensorTable;
import io.fourierft.importer.weights.ExpectedTensor;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The tensors of a GPT-2 model under their Hugging Face names. Models with a head put {@code
 * transformer.} in front, the original checkpoints do not; a file may hold either.
 */
public final class Gpt2Names implements DecoderTensors {
  private static final String PREFIX = "transformer.";

  /**
   * Causal masks, which some versions saved, and what only a model with an encoder beside it uses.
   */
  private static final Pattern UNUSED =
      Pattern.compile("h\\.[0-9]+\\.(attn\\.(masked_)?bias|(crossattention|ln_cross_attn)\\..*)");

  private final Gpt2Config config;
  private final DecoderHead head;

  private Gpt2Names(Gpt2Config config, DecoderHead head) {
    this.config = config;
    this.head = head;
  }

  /**
   * The names of one model.
   *
   * @param config its sizes
   * @param head its head
   * @return the table
   */
  public static Gpt2Names of(Gpt2Config config, Head head) {
    head.among(Gpt2Config.MODEL_TYPE, DecoderHead.KINDS);
    return new Gpt2Names(
        config,
        new DecoderHead(
            head,
            config.hiddenSize(),
            config.vocabulary(),
            config.tied(),
            "classifier",
            config.lastToken()));
  }

  @Override
  public DecoderHead head() {
    return head;
  }

  @Override
  public String familyPrefix() {
    return PREFIX;
  }

  @Override
  public String embeddings() {
    return "wte";
  }

  @Override
  public int layers() {
    return config.layers();
  }

  /**
   * Path of a layer.
   *
   * @param layer its number, from 0
   * @return such as {@code transformer.h.0.}
   */
  public String layerPath(int layer) {
    return prefix() + "h." + layer + ".";
  }

  /**
   * {@inheritDoc} They are query-key-value, attention output, intermediate, output, all stored
   * {@code [in, out]}.
   */
  @Override
  public List<Linear> layer(int layer) {
    int hidden = config.hiddenSize();
    int wide = config.intermediateSize();
    String path = layerPath(layer);
    return List.of(
        conv1d(path + "attn.c_attn", hidden, 3 * hidden),
        conv1d(path + "attn.c_proj", hidden, hidden),
        conv1d(path + "mlp.c_fc", hidden, wide),
        conv1d(path + "mlp.c_proj", wide, hidden));
  }

  private static Linear conv1d(String module, int in, int out) {
    return new Linear(module, in, out, true, Linear.Layout.IN_OUT);
  }

  @Override
  public List<ExpectedTensor> base() {
    int hidden = config.hiddenSize();
    TensorTable table = TensorTable.of(PREFIX);
    table.tensor(prefix() + "wte.weight", config.vocabulary(), hidden);
    table.tensor(prefix() + "wpe.weight", config.positions(), hidden);
    for (int layer = 0; layer < config.layers(); layer++) {
      table.layerNorm(layerPath(layer) + "ln_1", hidden);
      table.layerNorm(layerPath(layer) + "ln_2", hidden);
      layer(layer).forEach(table::linear);
    }
    return table.layerNorm(prefix() + "ln_f", hidden).tensors();
  }

  @Override
  public boolean ignorable(String name) {
    return UNUSED.matcher(bare(name)).matches()
        || name.startsWith("multiple_choice_head.")
        || DecoderTensors.super.ignorable(name);
  }
}
