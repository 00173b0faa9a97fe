package io.fourierft.importer;

import io.fourierft.engine.Linear;
import io.fourierft.engine.Ops;
import io.fourierft.engine.Pooling;
import io.fourierft.engine.Positions;
import io.fourierft.importer.weights.ModelFormatException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The heads that decoders have in common: {@code score} over the last token, {@code lm_head} over
 * each one, a classifier of tokens.
 *
 * @param head what the model answers with
 * @param hidden width of the hidden states
 * @param vocabulary number of token ids
 * @param tied whether the configuration ties the output matrix to the embeddings
 * @param tokenModule path of the family's classifier of tokens
 * @param lastToken which token a classifier of sequences reads
 */
public record DecoderHead(
    Head head, int hidden, int vocabulary, boolean tied, String tokenModule, Pooling lastToken) {
  private static final String LM_HEAD = "lm_head";

  /** The heads of a decoder. */
  public static final Set<Head.Kind> KINDS =
      Set.copyOf(
          EnumSet.of(
              Head.Kind.FEATURES,
              Head.Kind.SENTENCE,
              Head.Kind.SENTENCE_CLASSIFIER,
              Head.Kind.SEQUENCE_CLASSIFIER,
              Head.Kind.TOKEN_CLASSIFIER,
              Head.Kind.CAUSAL_LM,
              Head.Kind.NEXT_TOKEN));

  /**
   * Which token a classifier of sequences reads: the last one that is not the padding token,
   * whatever the attention mask says, as in transformers. Without a padding token transformers
   * takes single sequences only; here the attention mask tells where each ends.
   *
   * @param config holds {@code pad_token_id} or does not
   * @return the rule
   * @throws ModelFormatException if the id is no integer
   */
  public static Pooling lastToken(ConfigFile config) throws ModelFormatException {
    return config.has("pad_token_id")
        ? new Pooling.LastUnlike(config.integer("pad_token_id", 0))
        : Pooling.LAST;
  }

  /**
   * Whether names below the head have the family's prefix.
   *
   * @return false for a decoder alone
   */
  public boolean prefixed() {
    return switch (head.kind()) {
      case FEATURES, SENTENCE, SENTENCE_CLASSIFIER -> false;
      default -> true;
    };
  }

  /**
   * How positions are counted: from the row's start as transformers' forward does, or over the
   * attention mask as its generation does.
   *
   * @return the rule
   */
  public Positions positions() {
    return head.kind() == Head.Kind.NEXT_TOKEN
        ? new Positions.Masked()
        : new Positions.Sequential(0);
  }

  /**
   * The head's linear modules.
   *
   * @return one, or none for a head without weights
   */
  public List<Linear> linears() {
    return switch (head.kind()) {
      case SENTENCE_CLASSIFIER -> List.of(Linear.of("classifier", hidden, head.labels()));
      case SEQUENCE_CLASSIFIER -> List.of(matrix("score", head.labels()));
      case TOKEN_CLASSIFIER -> List.of(Linear.of(tokenModule, hidden, head.labels()));
      case CAUSAL_LM, NEXT_TOKEN -> List.of(matrix(LM_HEAD, vocabulary));
      default -> List.of();
    };
  }

  private Linear matrix(String module, int out) {
    return new Linear(module, hidden, out, false, Linear.Layout.OUT_IN);
  }

  /**
   * Adds the head's tensors to a table. A language model's output matrix that is tied to the
   * embeddings is the embedding table itself, once in memory.
   *
   * @param table takes them
   * @param embeddings the token embeddings' path without the family's prefix
   * @param prefix the family's prefix
   */
  public void addTo(TensorTable table, String embeddings, String prefix) {
    if (head.kind() != Head.Kind.CAUSAL_LM && head.kind() != Head.Kind.NEXT_TOKEN) {
      linears().forEach(table::freshLinear);
      return;
    }
    String tiedTo = tied ? prefix + embeddings + ".weight" : "";
    table.tied(LM_HEAD + ".weight", tiedTo, vocabulary, hidden);
  }

  /**
   * Runs the head.
   *
   * @param ops the operations
   * @param x the last hidden states, {@code [tokens, hidden]}
   * @param <T> a tensor as the implementation sees it
   * @return the model's output
   */
  public <T> T forward(Ops<T> ops, T x) {
    return switch (head.kind()) {
      case FEATURES -> x; // [tokens, hidden]
      case SENTENCE -> ops.pool(x, Pooling.MEAN); // [batch, hidden]
      case SENTENCE_CLASSIFIER -> ops.linear(ops.pool(x, Pooling.MEAN), linears().get(0));
      case SEQUENCE_CLASSIFIER -> ops.linear(ops.pool(x, lastToken), linears().get(0));
      case NEXT_TOKEN -> ops.linear(ops.pool(x, Pooling.LAST), linears().get(0)); // [batch, labels]
      default -> ops.linear(x, linears().get(0)); // [tokens, labels]
    };
  }
}
