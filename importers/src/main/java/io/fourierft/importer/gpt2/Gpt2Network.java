package io.fourierft.importer.gpt2;

import io.fourierft.engine.Linear;
import io.fourierft.engine.Network;
import io.fourierft.engine.Ops;
import io.fourierft.importer.Head;
import java.util.List;

/**
 * The forward pass of GPT-2: summed embeddings, then layers of a layer normalisation before the
 * attention and one before the feed-forward network, each with a residual sum after it.
 */
public final class Gpt2Network implements Network {
  private final Gpt2Config config;
  private final Gpt2Names names;

  private Gpt2Network(Gpt2Config config, Gpt2Names names) {
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
  public static Gpt2Network of(Gpt2Config config, Head head) {
    return new Gpt2Network(config, Gpt2Names.of(config, head));
  }

  @Override
  public <T> T forward(Ops<T> ops) {
    String path = names.prefix();
    T words = ops.tokenEmbedding(path + "wte"); // [tokens, hidden]
    T positions = ops.positionEmbedding(path + "wpe", names.head().positions());
    T hidden = ops.add(words, positions); // [tokens, hidden]
    for (int layer = 0; layer < config.layers(); layer++) {
      int number = layer;
      hidden = ops.block(hidden, x -> layer(ops, x, number)); // [tokens, hidden]
    }
    return names.head().forward(ops, norm(ops, hidden, path + "ln_f"));
  }

  private <T> T layer(Ops<T> ops, T x, int number) {
    List<Linear> linears = names.layer(number);
    String path = names.layerPath(number);
    int width = config.hiddenSize();
    T fused = ops.linear(norm(ops, x, path + "ln_1"), linears.get(0)); // [tokens, 3 hidden]
    T query = ops.columns(fused, 0, width); // [tokens, hidden]
    T key = ops.columns(fused, width, 2 * width); // [tokens, hidden]
    T value = ops.columns(fused, 2 * width, 3 * width); // [tokens, hidden]
    T context = ops.attention(query, key, value, config.attention(number)); // [tokens, hidden]
    T middle = ops.linear(context, linears.get(1), x); // [tokens, hidden]
    T wide = ops.linear(norm(ops, middle, path + "ln_2"), linears.get(2)); // [tokens, wide]
    return ops.linear(ops.activation(wide, config.activation()), linears.get(3), middle);
  }

  private <T> T norm(Ops<T> ops, T x, String module) {
    return ops.layerNorm(x, module, config.layerNormEps());
  }
}
