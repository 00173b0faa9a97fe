package io.fourierft.importer.bert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fourierft.engine.Linear;
import io.fourierft.importer.Head;
import io.fourierft.importer.PretrainedModel;
import io.fourierft.importer.weights.ModelFormatException;
import io.fourierft.importer.weights.OnnxWeights;
import io.fourierft.importer.weights.TensorInfo;
import io.fourierft.importer.weights.WeightSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class BertImporterTest {

  @Test
  void readsTheSizesOfAnOnnxFileOffItsTensors() throws IOException {
    try (OnnxWeights weights = MiniLm.weights()) {
      BertConfig config = BertShapes.bert(weights, MiniLm.HEADS);
      assertThat(config.sizes())
          .containsEntry("vocab_size", 30522L)
          .containsEntry("hidden_size", 384L)
          .containsEntry("num_hidden_layers", 6L)
          .containsEntry("intermediate_size", 1536L)
          .containsEntry("max_position_embeddings", 512L)
          .containsEntry("type_vocab_size", 2L);
      assertThat(config.maxTokens()).isEqualTo(512);
    }
  }

  @Test
  void refusesANumberOfHeadsThatDoesNotDivideTheHiddenSize() throws IOException {
    try (OnnxWeights weights = MiniLm.weights()) {
      assertThatThrownBy(() -> BertShapes.bert(weights, 7))
          .hasMessageContaining("expected a divisor of the hidden size 384 but found 7");
    }
  }

  @Test
  void givesEveryParameterItsHuggingFaceNameAndOrientation() throws IOException {
    try (OnnxWeights weights = MiniLm.weights();
        PretrainedModel model = MiniLm.load(Head.features())) {
      assertThat(model.parameters().names()).hasSize(101); // 103 tensors less the pooler's two
      assertThat(model.fresh()).isEmpty();
      String name = "encoder.layer.3.intermediate.dense.weight";
      INDArray value = model.parameters().value(name);
      assertThat(value.shape()).containsExactly(1536, 384);
      assertThat(value.ordering()).isEqualTo('c');
      try (INDArray again = weights.read(name)) {
        assertThat(value.equalsWithEps(again, 0)).isTrue();
      }
      assertThat(model.linears())
          .hasSize(36)
          .contains(Linear.of("encoder.layer.5.attention.self.query", 384, 384))
          .contains(Linear.of("encoder.layer.0.output.dense", 1536, 384));
    }
  }

  @Test
  void hasTheSameFingerprintWithEveryHead() throws IOException {
    try (PretrainedModel features = MiniLm.load(Head.features());
        PretrainedModel classifier = MiniLm.load(Head.sequenceClassifier(3))) {
      assertThat(classifier.fingerprint()).isEqualTo(features.fingerprint());
      assertThat(classifier.fingerprint().architecture()).isEqualTo("bert");
      assertThat(classifier.fingerprint().weightsSha256()).matches("[0-9a-f]{64}");
    }
  }

  @Test
  void initialisesTheHeadThatTheFileLacksAndSaysSo() throws IOException {
    try (OnnxWeights weights = MiniLm.weights();
        PretrainedModel first = MiniLm.load(Head.sentenceClassifier(25));
        PretrainedModel other =
            BertImporter.load(
                weights, BertShapes.bert(weights, MiniLm.HEADS), Head.sentenceClassifier(25), 1)) {
      assertThat(first.fresh()).containsExactly("classifier.weight", "classifier.bias");
      INDArray weight = first.parameters().value("classifier.weight");
      assertThat(weight.shape()).containsExactly(25, 384);
      assertThat(weight.stdNumber().doubleValue()).isBetween(0.019, 0.021);
      assertThat(weight.equalsWithEps(other.parameters().value("classifier.weight"), 1e-3))
          .isFalse();
      assertThat(first.parameters().value("classifier.bias").amaxNumber().doubleValue()).isZero();
    }
  }

  @Test
  void namesTheSequenceClassifierAsTransformersDoes() throws IOException {
    try (PretrainedModel model = MiniLm.load(Head.sequenceClassifier(2))) {
      assertThat(model.fresh()).containsExactly("classifier.weight", "classifier.bias");
      assertThat(model.parameters().names())
          .contains("bert.embeddings.word_embeddings.weight", "bert.pooler.dense.weight");
      assertThat(model.linears())
          .extracting(Linear::module)
          .contains("bert.encoder.layer.0.attention.self.value");
    }
  }

  @Test
  void listsAllThatDoesNotFitInOneError() throws IOException {
    try (OnnxWeights weights = MiniLm.weights()) {
      BertConfig real = BertShapes.bert(weights, MiniLm.HEADS);
      BertConfig wrong =
          new BertConfig(
              real.variant(),
              real.vocabulary() + 1,
              real.hiddenSize(),
              7,
              real.heads(),
              real.intermediateSize(),
              real.activation(),
              real.positions() - 1,
              real.tokenTypes(),
              real.layerNormEps(),
              real.paddingId(),
              real.tied(),
              real.causal());
      assertThatThrownBy(() -> BertImporter.load(weights, wrong, Head.features()))
          .isInstanceOf(ModelFormatException.class)
          .hasMessageContaining(
              "16 missing: encoder.layer.6.attention.self.query.weight [384, 384]")
          .hasMessageContaining("2 of another shape: embeddings.word_embeddings.weight")
          .hasMessageContaining("expected [30523, 384] but found [30522, 384]")
          .hasMessageContaining("expected [511, 384] but found [512, 384]")
          .hasMessageEndingWith("(" + MiniLm.ONNX + ")")
          .message()
          .doesNotContain("\n");
    }
  }

  @Test
  void namesTensorsThatTheModelHasNoPlaceFor() throws IOException {
    try (OnnxWeights weights = MiniLm.weights()) {
      BertConfig real = BertShapes.bert(weights, MiniLm.HEADS);
      BertConfig shallow =
          new BertConfig(
              real.variant(),
              real.vocabulary(),
              real.hiddenSize(),
              5,
              real.heads(),
              real.intermediateSize(),
              real.activation(),
              real.positions(),
              real.tokenTypes(),
              real.layerNormEps(),
              real.paddingId(),
              real.tied(),
              real.causal());
      List<String> names = List.copyOf(weights.tensors().keySet());
      assertThat(names).contains("encoder.layer.5.output.dense.weight");
      assertThatThrownBy(() -> BertImporter.load(weights, shallow, Head.features()))
          .hasMessageContaining("16 unexpected: ")
          .hasMessageContaining("encoder.layer.5.output.LayerNorm.bias");
    }
  }

  @Test
  void closesEveryArrayWithTheModel() throws IOException {
    try (Recorder recorder = new Recorder(MiniLm.weights(), Integer.MAX_VALUE)) {
      BertConfig config = BertShapes.bert(recorder, MiniLm.HEADS);
      PretrainedModel model = BertImporter.load(recorder, config, Head.sentenceClassifier(2));
      INDArray head = model.parameters().value("classifier.weight");
      assertThat(recorder.handed).hasSize(101).noneMatch(INDArray::wasClosed);
      model.close();
      assertThat(recorder.handed).allMatch(INDArray::wasClosed);
      assertThat(head.wasClosed()).isTrue();
    }
  }

  @Test
  void closesEveryArrayWhenReadingFails() throws IOException {
    try (Recorder recorder = new Recorder(MiniLm.weights(), 50)) {
      BertConfig config = BertShapes.bert(recorder, MiniLm.HEADS);
      assertThatThrownBy(() -> BertImporter.load(recorder, config, Head.features()))
          .hasMessage("broken off");
      assertThat(recorder.handed).hasSize(50).allMatch(INDArray::wasClosed);
    }
  }

  /** Passes tensors on, remembers them, and breaks off after some. */
  private static final class Recorder implements WeightSource {
    private final List<INDArray> handed = new ArrayList<>();
    private final WeightSource source;
    private final int limit;

    Recorder(WeightSource source, int limit) {
      this.source = source;
      this.limit = limit;
    }

    @Override
    public String origin() {
      return source.origin();
    }

    @Override
    public Map<String, TensorInfo> tensors() {
      return source.tensors();
    }

    @Override
    public void visit(Collection<String> names, Visitor visitor) throws IOException {
      source.visit(
          names,
          (name, value) -> {
            handed.add(value);
            visitor.accept(name, value);
            if (handed.size() == limit) {
              throw new IOException("broken off");
            }
          });
    }

    @Override
    public void close() throws IOException {
      source.close();
    }
  }
}
