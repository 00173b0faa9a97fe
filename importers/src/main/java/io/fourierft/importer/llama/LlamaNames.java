package io.fourierft.importer.llama;

import io.fourierft.engine.Linear;
import io.fourierft.importer.DecoderHead;
import io.fourierft.importer.DecoderTensors;
import io.fourierft.importer.Head;
import io.fourierft.importer.TensorTable;
import io.fourierft.importer.weights.ExpectedTensor;
import java.util.List;

/**
 * The tensors of a LLaMA model under their Hugging Face names. Models with a head put {@code
 * model.} in front; a file may hold either.
 */
public final class LlamaNames implements DecoderTensors {
  private static final String PREFIX = "model.";

  private final LlamaConfig config;
  private final DecoderHead head;

  private LlamaNames(LlamaConfig config, DecoderHead head) {
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
  public static LlamaNames of(LlamaConfig config, Head head) {
    head.among(LlamaConfig.MODEL_TYPE, DecoderHead.KINDS);
    return new LlamaNames(
        config,
        new DecoderHead(
            head,
            config.hiddenSize(),
            config.vocabulary(),
            config.tied(),
            "score",
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
    return "embed_tokens";
  }

  @Override
  public int layers() {
    return config.layers();
  }

  /**
   * Path of a layer.
   *
   * @param layer its number, from 0
   * @return such as {@code model.layers.0.}
   */
  public String layerPath(int layer) {
    return prefix() + "layers." + layer + ".";
  }

  /** {@inheritDoc} They are query, key, value, attention output, gate, up, down. */
  @Override
  public List<Linear> layer(int layer) {
    int hidden = config.hiddenSize();
    int wide = config.intermediateSize();
    int queries = config.heads() * config.headSize();
    int keys = config.keyValueHeads() * config.headSize();
    String path = layerPath(layer);
    return List.of(
        attention(path + "self_attn.q_proj", hidden, queries),
        attention(path + "self_attn.k_proj", hidden, keys),
        attention(path + "self_attn.v_proj", hidden, keys),
        attention(path + "self_attn.o_proj", queries, hidden),
        mlp(path + "mlp.gate_proj", hidden, wide),
        mlp(path + "mlp.up_proj", hidden, wide),
        mlp(path + "mlp.down_proj", wide, hidden));
  }

  private Linear attention(String module, int in, int out) {
    return new Linear(module, in, out, config.attentionBias(), Linear.Layout.OUT_IN);
  }

  private Linear mlp(String module, int in, int out) {
    return new Linear(module, in, out, config.mlpBias(), Linear.Layout.OUT_IN);
  }

  @Override
  public List<ExpectedTensor> base() {
    int hidden = config.hiddenSize();
    TensorTable table = TensorTable.of(PREFIX);
    table.tensor(prefix() + "embed_tokens.weight", config.vocabulary(), hidden);
    for (int layer = 0; layer < config.layers(); layer++) {
      table.tensor(layerPath(layer) + "input_layernorm.weight", hidden);
      table.tensor(layerPath(layer) + "post_attention_layernorm.weight", hidden);
      layer(layer).forEach(table::linear);
    }
    return table.tensor(prefix() + "norm.weight", hidden).tensors();
  }

  @Override
  public boolean ignorable(String name) {
    return name.endsWith("rotary_emb.inv_freq") || DecoderTensors.super.ignorable(name);
  }
}
