package io.fourierft.importer.bert;

import io.fourierft.engine.Linear;
import io.fourierft.importer.Head;
import io.fourierft.importer.ModelTensors;
import io.fourierft.importer.weights.ExpectedTensor;
import io.fourierft.importer.weights.WeightSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The tensors of a BERT or RoBERTa model under their Hugging Face names.
 *
 * <p>The encoder's names begin with {@code bert.} or {@code roberta.} in a transformers model with
 * a sequence classifier, and have no prefix otherwise; a file may hold either. Old files call the
 * weight and bias of a layer normalisation {@code gamma} and {@code beta}.
 */
public final class BertNames implements ModelTensors {
  private static final String CLASSIFIER = "classifier";

  /** The heads that the family has. */
  public static final Set<Head.Kind> HEADS =
      Set.copyOf(
          EnumSet.of(
              Head.Kind.FEATURES,
              Head.Kind.SENTENCE,
              Head.Kind.SENTENCE_CLASSIFIER,
              Head.Kind.SEQUENCE_CLASSIFIER,
              Head.Kind.TOKEN_CLASSIFIER,
              Head.Kind.QUESTION_ANSWERING,
              Head.Kind.MASKED_LM,
              Head.Kind.CAUSAL_LM));

  private final BertConfig config;
  private final Head head;

  private BertNames(BertConfig config, Head head) {
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
  public static BertNames of(BertConfig config, Head head) {
    return new BertNames(config, head.among(config.modelType(), HEADS));
  }

  /**
   * The prefix that a file uses.
   *
   * @param source the file
   * @param variant BERT or RoBERTa
   * @return the variant's prefix if the file's word embeddings have it, else nothing
   */
  public static String prefixIn(WeightSource source, BertConfig.Variant variant) {
    String prefixed = variant.prefix() + "embeddings.word_embeddings.weight";
    return source.tensors().containsKey(prefixed) ? variant.prefix() : "";
  }

  /**
   * What the encoder's names begin with in the model.
   *
   * @return a prefix that ends with a dot, or nothing
   */
  public String prefix() {
    return switch (head.kind()) {
      case SEQUENCE_CLASSIFIER, TOKEN_CLASSIFIER, QUESTION_ANSWERING, MASKED_LM, CAUSAL_LM ->
          config.variant().prefix();
      default -> "";
    };
  }

  /**
   * One encoder layer's linear modules.
   *
   * @param layer its number, from 0
   * @return query, key, value, attention output, intermediate, output
   */
  public List<Linear> layer(int layer) {
    int hidden = config.hiddenSize();
    int wide = config.intermediateSize();
    String path = layerPath(layer);
    return List.of(
        Linear.of(path + "attention.self.query", hidden, hidden),
        Linear.of(path + "attention.self.key", hidden, hidden),
        Linear.of(path + "attention.self.value", hidden, hidden),
        Linear.of(path + "attention.output.dense", hidden, hidden),
        Linear.of(path + "intermediate.dense", hidden, wide),
        Linear.of(path + "output.dense", wide, hidden));
  }

  /**
   * Path of an encoder layer.
   *
   * @param layer its number, from 0
   * @return such as {@code encoder.layer.0.}
   */
  public String layerPath(int layer) {
    return prefix() + "encoder.layer." + layer + ".";
  }

  /**
   * The head's linear modules, in the order they run.
   *
   * @return none for a head without weights
   */
  public List<Linear> headLinears() {
    int hidden = config.hiddenSize();
    return switch (head.kind()) {
      case FEATURES, SENTENCE -> List.of();
      case SENTENCE_CLASSIFIER -> List.of(Linear.of(CLASSIFIER, hidden, head.labels()));
      case SEQUENCE_CLASSIFIER ->
          config.variant() == BertConfig.Variant.BERT
              ? List.of(
                  Linear.of(prefix() + "pooler.dense", hidden, hidden),
                  Linear.of(CLASSIFIER, hidden, head.labels()))
              : List.of(
                  Linear.of(CLASSIFIER + ".dense", hidden, hidden),
                  Linear.of(CLASSIFIER + ".out_proj", hidden, head.labels()));
      case TOKEN_CLASSIFIER -> List.of(Linear.of(CLASSIFIER, hidden, head.labels()));
      case QUESTION_ANSWERING -> List.of(Linear.of("qa_outputs", hidden, 2)); // start, end
      case MASKED_LM, CAUSAL_LM ->
          List.of(
              Linear.of(languageModel() + transform(), hidden, hidden),
              Linear.of(languageModel() + "decoder", hidden, config.vocabulary()));
      default -> throw new IllegalStateException("BERT has no head " + head.kind());
    };
  }

  private String languageModel() {
    return config.variant() == BertConfig.Variant.BERT ? "cls.predictions." : "lm_head.";
  }

  private String transform() {
    return config.variant() == BertConfig.Variant.BERT ? "transform.dense" : "dense";
  }

  /** Whether the head scores the tokens of the vocabulary. */
  boolean isLanguageModel() {
    return head.kind() == Head.Kind.MASKED_LM || head.kind() == Head.Kind.CAUSAL_LM;
  }

  /** The layer normalisation of the language model's head. */
  String languageModelNorm() {
    return languageModel()
        + (config.variant() == BertConfig.Variant.BERT ? "transform.LayerNorm" : "layer_norm");
  }

  /**
   * All linear modules, in the order they run.
   *
   * @return encoder layers, then the head
   */
  @Override
  public List<Linear> linears() {
    List<Linear> linears = new ArrayList<>();
    for (int layer = 0; layer < config.layers(); layer++) {
      linears.addAll(layer(layer));
    }
    linears.addAll(headLinears());
    return List.copyOf(linears);
  }

  /**
   * The encoder's tensors: embeddings and layers.
   *
   * @return the tensors that every head needs
   */
  @Override
  public List<ExpectedTensor> base() {
    List<ExpectedTensor> tensors = new ArrayList<>();
    long hidden = config.hiddenSize();
    String embeddings = prefix() + "embeddings.";
    tensors.add(table(embeddings + "word_embeddings", config.vocabulary()));
    tensors.add(table(embeddings + "position_embeddings", config.positions()));
    tensors.add(table(embeddings + "token_type_embeddings", config.tokenTypes()));
    addNorm(tensors, embeddings + "LayerNorm", hidden);
    for (int layer = 0; layer < config.layers(); layer++) {
      layer(layer).forEach(linear -> addLinear(tensors, linear, false));
      addNorm(tensors, layerPath(layer) + "attention.output.LayerNorm", hidden);
      addNorm(tensors, layerPath(layer) + "output.LayerNorm", hidden);
    }
    return List.copyOf(tensors);
  }

  /**
   * The head's tensors. A file may lack them: a new task gets a new head, a base model has none.
   *
   * @return none for a head without weights
   */
  @Override
  public List<ExpectedTensor> headTensors() {
    List<ExpectedTensor> tensors = new ArrayList<>();
    if (isLanguageModel()) {
      addLanguageModel(tensors);
    } else {
      headLinears().forEach(linear -> addLinear(tensors, linear, true));
    }
    return List.copyOf(tensors);
  }

  /**
   * Whether a file may hold a tensor that this model does not use: the pooler and heads of other
   * tasks, a decoder's attention to an encoder, and the buffers that some versions saved.
   *
   * @param name the tensor's name in the file
   * @return true if it is no cause for concern
   */
  @Override
  public boolean ignorable(String name) {
    String bare = bare(name);
    return bare.equals("embeddings.position_ids")
        || bare.equals("embeddings.token_type_ids")
        || bare.startsWith("pooler.")
        || bare.startsWith("cls.")
        || bare.startsWith("lm_head.")
        || bare.startsWith("qa_outputs.")
        || bare.startsWith(CLASSIFIER + ".")
        || config.causal() && bare.contains(".crossattention.")
        || name.startsWith("onnx::"); // constants of an exported graph
  }

  /** A name without the encoder's prefix, as the fingerprint wants it. */
  @Override
  public String bare(String name) {
    String prefix = config.variant().prefix();
    return name.startsWith(prefix) ? name.substring(prefix.length()) : name;
  }

  /** The output matrix is that of the word embeddings unless the configuration unties them. */
  private void addLanguageModel(List<ExpectedTensor> tensors) {
    Linear transform = headLinears().get(0);
    Linear decoder = headLinears().get(1);
    addLinear(tensors, transform, false);
    addNorm(tensors, languageModelNorm(), config.hiddenSize());
    List<Long> shape = List.of((long) decoder.out(), (long) decoder.in());
    String words = "embeddings.word_embeddings.weight";
    String tiedTo = config.tied() ? config.variant().prefix() + words : "";
    List<String> own = List.of(decoder.weight());
    tensors.add(new ExpectedTensor(decoder.weight(), shape, own, false, tiedTo));
    List<String> biases = List.of(decoder.biasName(), languageModel() + "bias");
    tensors.add(
        new ExpectedTensor(decoder.biasName(), List.of((long) decoder.out()), biases, false));
  }

  private ExpectedTensor table(String module, long rows) {
    return tensor(module + ".weight", List.of(rows, (long) config.hiddenSize()), false);
  }

  private void addLinear(List<ExpectedTensor> tensors, Linear linear, boolean fresh) {
    tensors.add(tensor(linear.weight(), List.of((long) linear.out(), (long) linear.in()), fresh));
    tensors.add(tensor(linear.biasName(), List.of((long) linear.out()), fresh));
  }

  private void addNorm(List<ExpectedTensor> tensors, String module, long width) {
    tensors.add(tensor(module + ".weight", List.of(width), false));
    tensors.add(tensor(module + ".bias", List.of(width), false));
  }

  private ExpectedTensor tensor(String name, List<Long> shape, boolean fresh) {
    String bare = bare(name);
    Set<String> spellings = new LinkedHashSet<>();
    for (String spelling : List.of(bare, config.variant().prefix() + bare)) {
      spellings.add(spelling);
      if (spelling.contains("LayerNorm.")) {
        spellings.add(
            spelling
                .replace("LayerNorm.weight", "LayerNorm.gamma")
                .replace("LayerNorm.bias", "LayerNorm.beta"));
      }
    }
    return new ExpectedTensor(name, shape, List.copyOf(spellings), fresh);
  }
}
