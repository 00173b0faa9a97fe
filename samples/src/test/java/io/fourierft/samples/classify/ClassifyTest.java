package io.fourierft.samples.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fourierft.engine.DirectModel;
import io.fourierft.importer.Head;
import io.fourierft.importer.PretrainedModel;
import io.fourierft.samples.data.TextExample;
import io.fourierft.samples.minilm.MiniLm;
import io.fourierft.text.Encoded;
import io.fourierft.text.LengthLimit;
import io.fourierft.text.TextTokenizer;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.evaluation.classification.Evaluation;

class ClassifyTest {
  @Test
  void softmaxSortsByProbabilityAndSumsToOneForLargeLogits() {
    List<Score> scores = Score.softmax(List.of("a", "b", "c"), new float[] {1000, 1001, -1000});

    assertThat(scores).extracting(Score::label).containsExactly("b", "a", "c");
    assertThat(scores.get(0).probability()).isCloseTo(0.7310586, within(1e-6));
    assertThat(scores.stream().mapToDouble(Score::probability).sum()).isCloseTo(1, within(1e-12));
  }

  @Test
  void evaluationCountsWhatWasTakenForWhat() {
    List<TextExample> truth =
        List.of(
            new TextExample(0, "x", "1"),
            new TextExample(1, "y", "2"),
            new TextExample(1, "z", "3"));

    Evaluation evaluation =
        Accuracy.of(List.of("a", "b"), truth, new float[][] {{2, 1}, {0, 3}, {5, 4}});

    assertThat(evaluation.accuracy()).isCloseTo(2.0 / 3, within(1e-9));
    assertThat(Accuracy.confusion(evaluation, 2)).isDeepEqualTo(new int[][] {{1, 0}, {1, 1}});
  }

  @Test
  void aTextThatIsTooLongIsNamedWithItsLine() throws IOException {
    List<TextExample> examples =
        List.of(
            new TextExample(0, "short", "my.tsv, line 1"),
            new TextExample(0, "word ".repeat(600), "my.tsv, line 2"));
    try (TextTokenizer tokenizer = MiniLm.tokenizer(LengthLimit.refuse(512))) {
      assertThatThrownBy(() -> EncodedTexts.of(tokenizer, examples))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("text expected at most 512 tokens but found 602")
          .hasMessageEndingWith("(my.tsv, line 2)");
    }
  }

  @Test
  void anAnswerDoesNotDependOnTheTextsAroundItNorOnTheirOrder() throws IOException {
    try (TextTokenizer tokenizer = MiniLm.tokenizer(LengthLimit.refuse(512));
        PretrainedModel base = MiniLm.load(Head.sentence(), 0);
        DirectModel model = DirectModel.of(base.network(), base.parameters())) {
      List<Encoded> texts =
          tokenizer.encodeAll(
              List.of("a large striped cat", "bread", "a feeling of great happiness and joy"));
      float[][] together = Batches.outputs(model, texts, tokenizer.paddingId());
      for (int i = 0; i < texts.size(); i++) {
        float[][] alone = Batches.outputs(model, List.of(texts.get(i)), tokenizer.paddingId());
        assertThat(alone[0]).containsExactly(together[i], within(1e-4f));
      }
    }
  }
}
