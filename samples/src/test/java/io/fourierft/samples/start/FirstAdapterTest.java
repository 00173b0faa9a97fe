package io.fourierft.samples.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.fourierft.importer.Head;
import io.fourierft.importer.PretrainedModel;
import io.fourierft.samples.minilm.MiniLm;
import io.fourierft.text.LengthLimit;
import io.fourierft.text.TextTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirstAdapterTest {
  private static final List<String> PAIR =
      List.of("what a wonderful day", "this was a terrible mistake");

  @TempDir private Path folder;

  @Test
  void theReadmeShowsTheCodeThatIsTestedHere() throws IOException {
    Path source =
        Path.of("src/main/java", FirstAdapter.class.getName().replace('.', '/') + ".java");
    String shown =
        Files.readAllLines(source).stream()
            .dropWhile(line -> !line.contains("README begins"))
            .skip(1)
            .takeWhile(line -> !line.contains("README ends"))
            .map(line -> line.isEmpty() ? line : line.substring(4))
            .collect(Collectors.joining("\n"));

    assertThat(Path.of("../README.md")).content().contains("```java\n" + shown + "\n```");
  }

  @Test
  void anAdapterOfTheReadmeAnswersWithAFreshModel() throws IOException {
    List<String> texts = Collections.nCopies(16, PAIR).stream().flatMap(List::stream).toList();
    int[] labels = IntStream.range(0, texts.size()).map(i -> i % 2).toArray();
    Path file = folder.resolve("mood.fft");
    try (TextTokenizer tokenizer = MiniLm.tokenizer(LengthLimit.refuse(64))) {
      try (PretrainedModel base = MiniLm.load(Head.sentenceClassifier(2), 0)) {
        FirstAdapter.train(base, tokenizer, texts, labels, file);
      }
      try (PretrainedModel fresh = MiniLm.load(Head.sentenceClassifier(2), 0)) {
        for (int i = 0; i < 2; i++) {
          float[] logits = FirstAdapter.logits(fresh, tokenizer, file, PAIR.get(i));
          assertThat(logits[i]).as(PAIR.get(i)).isGreaterThan(logits[1 - i]);
        }
      }
    }
  }
}
