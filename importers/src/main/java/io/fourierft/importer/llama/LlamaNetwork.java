package io.fourierft.importer.llama;

import io.fourierft.engine.Linear;
import io.fourierft.engine.Network;
import io.fourierft.engine.Ops;
import io.fourierft.engine.Rotary;
import io.fourierft.importer.Head;
import java.util.List;

/**
 * The forward pass of LLaMA: token embeddings, then layers of rotary grouped-query attention and a
 * gated feed-forward network, each behind a root-mean-square normalisation and with a residual sum
 * after it.
 */
public final class LlamaNetwork implements Network {
  private final LlamaConfig config;
  private final LlamaNames names;

  private LlamaNetwork(LlamaConfig config, LlamaNames names) {
    this.config = config;
    this.names = names;
  }

  /**
   * A network.
   *
   * @param config its sizes
   * @param head what it answers with
   * @return the network
   */
  public static LlamaNetwork of(LlamaConfig config, Head head) {
    return new LlamaNetwork(config, LlamaNames.of(config, head));
  }

  @Override
  public <T> T forward(Ops<T> ops) {
    Rotary rotary = config.rotary(names.head().positions());
    T hidden = ops.tokenEmbedding(names.prefix() + "embed_tokens"); // [tokens, hidden]
    for (int layer = 0; layer < config.layers(); layer++) {
      int number = layer;
      hidden = ops.block(hidden, x -> layer(ops, x, number, rotary)); // [tokens, hidden]
    }
    return names.head().forward(ops, norm(ops, hidden, names.prefix() + "norm"));
  }

  private <T> T layer(Ops<T> ops, T x, int number, Rotary rotary) {
    T attended = attention(ops, x, number, rotary); // [tokens, hidden]
    return feedForward(ops, attended, number); // [tokens, hidden]
  }

  private <T> T attention(Ops<T> ops, T x, int number, Rotary rotary) {
    List<Linear> linears = names.layer(number);
    T normal = norm(ops, x, names.layerPath(number) + "input_layernorm"); // [tokens, hidden]
    T query = ops.rotary(ops.linear(normal, linears.get(0)), rotary); // [tokens, heads * size]
    T key = ops.rotary(ops.linear(normal, linears.get(1)), rotary); // [tokens, kv heads * size]
    T value = ops.linear(normal, linears.get(2)); // [tokens, kv heads * size]
    T context = ops.attention(query, key, value, config.attention()); // [tokens, heads * size]
    return ops.linear(context, linears.get(3), x); // [tokens, hidden]
  }

  private <T> T feedForward(Ops<T> ops, T x, int number) {
    List<Linear> linears = names.layer(number);
    T normal = norm(ops, x, names.layerPath(number) + "post_attention_layernorm");
    T gate = ops.activation(ops.linear(normal, linears.get(4)), config.activation());
    T up = ops.linear(normal, linears.get(5)); // [tokens, intermediate]
    return ops.linear(ops.multiply(gate, up), linears.get(6), x); // [tokens, hidden]
  }

  private <T> T norm(Ops<T> ops, T x, String module) {
    return ops.rmsNorm(x, module, config.normEps());
  }
}
