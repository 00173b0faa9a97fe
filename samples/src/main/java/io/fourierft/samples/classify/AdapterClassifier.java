package io.fourierft.samples.classify;

import io.fourierft.AdaptedModel;
import io.fourierft.FourierFt;
import io.fourierft.FourierOptions;
import io.fourierft.TargetModules;
import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterLayer;
import io.fourierft.adapter.BaseCheck;
import io.fourierft.adapter.LayerShapes;
import io.fourierft.adapter.NamedTensor;
import io.fourierft.engine.DirectModel;
import io.fourierft.engine.Linear;
import io.fourierft.importer.Head;
import io.fourierft.importer.PretrainedModel;
import io.fourierft.samples.minilm.MiniLm;
import io.fourierft.text.Encoded;
import io.fourierft.text.HfTokenizer;
import io.fourierft.text.LengthLimit;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Answers which category a text belongs to, with an adapter over MiniLM. The base model is loaded
 * afresh and closed with the classifier.
 */
public final class AdapterClassifier implements AutoCloseable {
  private final PretrainedModel base;
  private final AdaptedModel adapted;
  private final DirectModel model;
  private final HfTokenizer tokenizer;
  private final List<String> labels;

  private AdapterClassifier(
      PretrainedModel base, AdaptedModel adapted, HfTokenizer tokenizer, List<String> labels) {
    this.base = base;
    this.adapted = adapted;
    this.tokenizer = tokenizer;
    this.labels = labels;
    this.model = DirectModel.of(base.network(), base.parameters());
  }

  /**
   * Loads the base model and puts an adapter over it.
   *
   * @param adapter an adapter of a text classification task
   * @param where what to call the adapter in messages
   * @return the classifier
   * @throws IOException if the base model cannot be loaded or the adapter belongs to another one
   * @throws IllegalArgumentException if the adapter holds no classifier
   */
  public static AdapterClassifier open(Adapter adapter, String where) throws IOException {
    List<String> labels = adapter.task().labels();
    if (labels.isEmpty()) {
      throw new IllegalArgumentException(
          "adapter expected a text classifier with labels but found task \""
              + adapter.task().kind()
              + "\" without labels");
    }
    PretrainedModel base = MiniLm.load(Head.sentenceClassifier(labels.size()), 0);
    try {
      checkBase(adapter, base, where);
      checkHead(adapter, base);
      AdaptedModel adapted = attach(adapter, base);
      int limit = base.config().maxTokens();
      HfTokenizer tokenizer = MiniLm.tokenizer(LengthLimit.refuse(limit));
      return new AdapterClassifier(base, adapted, tokenizer, labels);
    } catch (IOException | RuntimeException failure) {
      base.close();
      throw failure;
    }
  }

  private static void checkBase(Adapter adapter, PretrainedModel base, String where)
      throws IOException {
    Map<String, LayerShapes.Shape> shapes =
        base.linears().stream()
            .collect(
                Collectors.toMap(
                    Linear::module, linear -> new LayerShapes.Shape(linear.out(), linear.in())));
    BaseCheck.require(
        adapter, base.fingerprint(), LayerShapes.of(shapes), BaseCheck.Weights.STRICT, where);
  }

  private static void checkHead(Adapter adapter, PretrainedModel base) {
    List<String> found = adapter.tensors().stream().map(NamedTensor::name).toList();
    if (!found.containsAll(base.fresh())) {
      throw new IllegalArgumentException(
          "adapter expected the head " + base.fresh() + " but found " + found);
    }
  }

  private static AdaptedModel attach(Adapter adapter, PretrainedModel base) {
    if (adapter.layers().isEmpty()) {
      throw new IllegalArgumentException("adapter expected layers but found none");
    }
    String[] modules = adapter.layers().stream().map(AdapterLayer::module).toArray(String[]::new);
    FourierOptions options =
        FourierOptions.of(TargetModules.of(modules))
            .withNFrequency(adapter.layers().get(0).n())
            .withScaling(adapter.scaling())
            .withRule(adapter.rule());
    AdaptedModel adapted =
        FourierFt.attach(base.linears(), base.parameters(), options, base.fresh());
    try {
      adapted.load(adapter);
      return adapted;
    } catch (RuntimeException failure) {
      adapted.close();
      throw failure;
    }
  }

  /**
   * Computes the logits of texts.
   *
   * @param texts tokenised texts
   * @return {@code [text][label]}
   */
  public float[][] logits(List<Encoded> texts) {
    return Batches.outputs(model, texts, tokenizer.paddingId());
  }

  /**
   * Classifies texts.
   *
   * @param texts any texts
   * @return for each text all categories, the most probable first
   * @throws IllegalArgumentException if a text is longer than the model takes
   */
  public List<List<Score>> classify(List<String> texts) {
    return Arrays.stream(logits(tokenizer.encodeAll(texts)))
        .map(row -> Score.softmax(labels, row))
        .toList();
  }

  @Override
  public void close() {
    model.close();
    adapted.close();
    base.close();
    tokenizer.close();
  }
}
