package io.fourierft.importer.bert;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import io.fourierft.engine.DirectModel;
import io.fourierft.engine.Inputs;
import io.fourierft.engine.Network;
import io.fourierft.engine.SameDiffModel;
import io.fourierft.importer.Head;
import io.fourierft.importer.PretrainedModel;
import io.fourierft.text.Encoded;
import io.fourierft.text.HfTokenizer;
import io.fourierft.text.LengthLimit;
import io.fourierft.text.Padding;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Imported MiniLM against ONNX Runtime on the same file, on real texts in padded batches. */
class MiniLmParityTest {
  private static final double TOLERANCE = 1e-4;
  private static final int BATCH = 10;
  private static final int HIDDEN = 384;
  private static final List<List<Encoded>> BATCHES = new ArrayList<>();
  private static final List<float[][][]> EXPECTED = new ArrayList<>();

  @BeforeAll
  static void runTheReference() throws IOException, OrtException {
    List<Encoded> rows = new ArrayList<>();
    try (InputStream stream = MiniLm.resource(MiniLm.TOKENIZER);
        HfTokenizer tokenizer =
            HfTokenizer.open(MiniLm.TOKENIZER, stream, LengthLimit.truncate(512))) {
      rows.addAll(tokenizer.encodeAll(Glosses.sample(49)));
      rows.add(tokenizer.encode("a domestic animal", "a large striped cat of the genus Panthera"));
    }
    try (OnnxRuntime runtime = new OnnxRuntime()) {
      for (int start = 0; start < rows.size(); start += BATCH) {
        List<Encoded> batch = List.copyOf(rows.subList(start, start + BATCH));
        BATCHES.add(batch);
        EXPECTED.add((float[][][]) runtime.run(batch, 0));
      }
    }
  }

  @AfterAll
  static void forgetTheReference() {
    BATCHES.clear();
    EXPECTED.clear();
  }

  @Test
  void hiddenStatesOfTheDirectModelAgree() throws IOException {
    try (PretrainedModel model = MiniLm.load(Head.features());
        DirectModel direct = DirectModel.of(model.network(), model.parameters())) {
      for (int i = 0; i < BATCHES.size(); i++) {
        float[] actual =
            direct.forward(Padding.RIGHT.batch(BATCHES.get(i), 0)).ravel().toFloatVector();
        assertThat(largestDifference(i, actual)).as("batch " + i).isLessThan(TOLERANCE);
      }
    }
  }

  @Test
  void hiddenStatesOfTheSameDiffGraphAgree() throws IOException {
    try (PretrainedModel model = MiniLm.load(Head.features())) {
      SameDiff graph = SameDiffModel.graph(model.network(), model.parameters());
      for (int i = 0; i < BATCHES.size(); i++) {
        Map<String, INDArray> inputs =
            SameDiffModel.placeholders(graph, Padding.RIGHT.batch(BATCHES.get(i), 0));
        try (INDArray actual = graph.outputSingle(inputs, SameDiffModel.OUTPUT)) {
          assertThat(largestDifference(i, actual.ravel().toFloatVector()))
              .as("batch " + i)
              .isLessThan(TOLERANCE);
        } finally {
          inputs.values().forEach(INDArray::close);
        }
      }
    }
  }

  @Test
  void thePoolerAgrees() throws IOException, OrtException {
    Inputs inputs = Padding.RIGHT.batch(BATCHES.get(0), 0);
    try (OnnxRuntime runtime = new OnnxRuntime();
        PretrainedModel model = MiniLm.load(Head.sequenceClassifier(HIDDEN))) {
      // With the identity as classifier, the model answers with the pooler's output.
      INDArray classifier = model.parameters().value("classifier.weight");
      classifier.assign(0);
      for (int i = 0; i < HIDDEN; i++) {
        classifier.putScalar(i, i, 1);
      }
      float[][] expected = (float[][]) runtime.run(BATCHES.get(0), 1);
      assertRowsAgree(run(model.network(), model, inputs), expected);
    }
  }

  @Test
  void theSentenceVectorIsTheMeanOverTheTextAlone() throws IOException {
    try (PretrainedModel model = MiniLm.load(Head.sentence())) {
      for (int i = 0; i < BATCHES.size(); i++) {
        Inputs inputs = Padding.RIGHT.batch(BATCHES.get(i), 0);
        assertRowsAgree(run(model.network(), model, inputs), means(i));
      }
    }
  }

  private static float[] run(Network network, PretrainedModel model, Inputs inputs) {
    try (DirectModel direct = DirectModel.of(network, model.parameters())) {
      return direct.forward(inputs).ravel().toFloatVector();
    }
  }

  private static float[][] means(int batch) {
    float[][][] hidden = EXPECTED.get(batch);
    float[][] means = new float[hidden.length][HIDDEN];
    for (int row = 0; row < hidden.length; row++) {
      int length = BATCHES.get(batch).get(row).length();
      for (int column = 0; column < HIDDEN; column++) {
        double sum = 0;
        for (int token = 0; token < length; token++) {
          sum += hidden[row][token][column];
        }
        means[row][column] = (float) (sum / length);
      }
    }
    return means;
  }

  private static void assertRowsAgree(float[] actual, float[][] expected) {
    assertThat(actual).hasSize(expected.length * HIDDEN);
    double largest = 0;
    for (int row = 0; row < expected.length; row++) {
      largest = Math.max(largest, difference(actual, row, expected[row]));
    }
    assertThat(largest).isLessThan(TOLERANCE);
  }

  /** Over all tokens that are not padding; the hidden states of padding mean nothing. */
  private static double largestDifference(int batch, float[] actual) {
    float[][][] expected = EXPECTED.get(batch);
    int width = expected[0].length;
    assertThat(actual).hasSize(expected.length * width * HIDDEN);
    double largest = 0;
    for (int row = 0; row < expected.length; row++) {
      for (int token = 0; token < BATCHES.get(batch).get(row).length(); token++) {
        double found = difference(actual, row * width + token, expected[row][token]);
        largest = Math.max(largest, found);
      }
    }
    return largest;
  }

  /** Largest difference within one row; NaN if there is one, which Math.max carries on. */
  private static double difference(float[] actual, int row, float[] expected) {
    double largest = 0;
    for (int column = 0; column < HIDDEN; column++) {
      largest = Math.max(largest, Math.abs(actual[row * HIDDEN + column] - expected[column]));
    }
    return largest;
  }
}
