package io.fourierft.importer.bert;

import io.fourierft.engine.Activation;
import io.fourierft.engine.Linear;
import io.fourierft.engine.Network;
import io.fourierft.engine.Ops;
import io.fourierft.engine.Pooling;
import io.fourierft.importer.Head;
import java.util.List;

/**
 * The forward pass of BERT and RoBERTa: summed embeddings, then layers of attention and
 * feed-forward network, each followed by a residual sum and a layer normalisation.
 */
public final class BertNetwork implements Network {
  private final BertConfig config;
  private final Head head;
  private final BertNames names;

  private BertNetwork(BertConfig config, Head head) {
    this.config = config;
    this.head = head;
    this.names = BertNames.of(config, head);
  }

  /**
   * A network.
   *
   * @param config its sizes
   * @param head what it answers with
   * @return the network
   */
  public static BertNetwork of(BertConfig config, Head head) {
    return new BertNetwork(config, head);
  }

  @Override
  public <T> T forward(Ops<T> ops) {
    T hidden = embeddings(ops); // [tokens, hidden]
    for (int layer = 0; layer < config.layers() - 1; layer++) {
      int number = layer;
      hidden = ops.block(hidden, x -> layer(ops, x, x, number)); // [tokens, hidden]
    }
    return head(ops, ops.block(hidden, x -> lastLayer(ops, x)));
  }

  private <T> T embeddings(Ops<T> ops) {
    String path = names.prefix() + "embeddings.";
    T words = ops.tokenEmbedding(path + "word_embeddings"); // [tokens, hidden]
    T types = ops.tokenTypeEmbedding(path + "token_type_embeddings"); // [tokens, hidden]
    T positions =
        ops.positionEmbedding(
            path + "position_embeddings", config.positionRule()); // [tokens, hidden]
    T sum = ops.add(ops.add(words, types), positions);
    return ops.layerNorm(sum, path + "LayerNorm", config.layerNormEps());
  }

  /**
   * A sequence classifier reads the first token, so nothing else of the last layer is computed; the
   * first token of a causal model sees itself alone, which a row of its own cannot tell.
   */
  private <T> T lastLayer(Ops<T> ops, T hidden) {
    boolean first = head.kind() == Head.Kind.SEQUENCE_CLASSIFIER;
    int last = config.layers() - 1;
    if (first && config.causal()) {
      return ops.pool(layer(ops, hidden, hidden, last), Pooling.FIRST); // [batch, hidden]
    }
    T asking = first ? ops.pool(hidden, Pooling.FIRST) : hidden; // [batch or tokens, hidden]
    return layer(ops, asking, hidden, last);
  }

  /** A layer's result for the tokens of {@code x}, which attend to those of {@code seen}. */
  private <T> T layer(Ops<T> ops, T x, T seen, int number) {
    List<Linear> linears = names.layer(number);
    String path = names.layerPath(number);
    T query = ops.linear(x, linears.get(0)); // [tokens, hidden]
    T key = ops.linear(seen, linears.get(1)); // [tokens, hidden]
    T value = ops.linear(seen, linears.get(2)); // [tokens, hidden]
    T context = ops.attention(query, key, value, config.attention()); // [tokens, hidden]
    T attended = ops.linear(context, linears.get(3), x); // [tokens, hidden]
    T middle = norm(ops, attended, path + "attention.output.LayerNorm");
    T wide = ops.linear(middle, linears.get(4)); // [tokens, intermediate]
    T narrow = ops.linear(ops.activation(wide, config.activation()), linears.get(5), middle);
    return norm(ops, narrow, path + "output.LayerNorm"); // [tokens, hidden]
  }

  private <T> T norm(Ops<T> ops, T x, String module) {
    return ops.layerNorm(x, module, config.layerNormEps());
  }

  private <T> T head(Ops<T> ops, T hidden) {
    List<Linear> linears = names.headLinears();
    return switch (head.kind()) {
      case FEATURES -> hidden; // [tokens, hidden]
      case SENTENCE -> ops.pool(hidden, Pooling.MEAN); // [batch, hidden]
      case SENTENCE_CLASSIFIER ->
          ops.linear(ops.pool(hidden, Pooling.MEAN), linears.get(0)); // [batch, labels]
      case SEQUENCE_CLASSIFIER -> {
        T pooled = ops.activation(ops.linear(hidden, linears.get(0)), Activation.TANH);
        yield ops.linear(pooled, linears.get(1)); // [batch, labels]
      }
      case TOKEN_CLASSIFIER, QUESTION_ANSWERING ->
          ops.linear(hidden, linears.get(0)); // [tokens, labels]
      case MASKED_LM, CAUSAL_LM -> {
        T inner = ops.activation(ops.linear(hidden, linears.get(0)), languageModelActivation());
        T normal = norm(ops, inner, names.languageModelNorm()); // [tokens, hidden]
        yield ops.linear(normal, linears.get(1)); // [tokens, vocabulary]
      }
      default -> throw new IllegalStateException("BERT has no head " + head.kind());
    };
  }

  /** RoBERTa's head has exact GELU whatever the layers have. */
  private Activation languageModelActivation() {
    return config.variant() == BertConfig.Variant.BERT ? config.activation() : Activation.GELU;
  }
}
