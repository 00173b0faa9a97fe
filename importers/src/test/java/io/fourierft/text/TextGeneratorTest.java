package io.fourierft.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.fourierft.generate.GenerationOptions;
import io.fourierft.generate.Strategy;
import io.fourierft.importer.Head;
import io.fourierft.importer.Importers;
import io.fourierft.importer.PretrainedModel;
import io.fourierft.importer.weights.ModelFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextGeneratorTest {
  private static final Path DATA = Path.of(System.getProperty("fourierft.data", "absent"));

  @TempDir private Path folder;

  @Test
  void stories260kTellsItsDocumentedStory() throws IOException {
    assumeThat(DATA.resolve("stories260K")).as("shared test data").exists();
    String document = Files.readString(DATA.resolve("stories260K/stories260K.md"));
    String story = document.substring(document.indexOf("-t 0.0\n") + 7);
    story = story.substring(0, story.indexOf("\n```"));
    StoriesTokenizer.write(DATA, folder.resolve("tokenizer.model"));
    Files.writeString(
        folder.resolve("tokenizer_config.json"),
        "{\"tokenizer_class\": \"LlamaTokenizer\", \"add_bos_token\": true}");
    try (HfTokenizer tokenizer = Tokenizers.open(folder, LengthLimit.refuse(512));
        PretrainedModel model = Importers.load(DATA.resolve("stories260K/hf"), Head.nextToken());
        TextGenerator generator = TextGenerator.of(model, tokenizer)) {
      GenerationOptions options = GenerationOptions.greedy(256, Set.of());
      List<String> pieces = new ArrayList<>();
      String told = generator.generate(tokenizer.encode(""), options, List.of(), pieces::add);
      assertThat(told).isEqualTo(story);
      assertThat(pieces).hasSizeGreaterThan(200);
      assertThat(String.join("", pieces)).isEqualTo(story);

      List<Encoded> prompts =
          List.of(tokenizer.encode("Once upon a time"), tokenizer.encode("Once upon"));
      List<String> both = generator.generate(prompts, options, List.of("too high.", "park"));
      assertThat(both)
          .containsExactly(
              ", there was a little girl named Lily. She loved to play outside in the ",
              " a time, there was a little girl named Lily. She loved to play outside in the ");
      pieces.clear();
      generator.generate(prompts.get(0), options, List.of("park"), pieces::add);
      assertThat(String.join("", pieces)).isEqualTo(both.get(0));

      GenerationOptions beams =
          GenerationOptions.greedy(20, Set.of())
              .with(new Strategy.Beam(4, 1, Strategy.Beam.Ending.LIKELY));
      assertThat(generator.generate(prompts, beams, List.of()).get(0))
          .startsWith(", there was a little");
    }
  }

  @Test
  void heldBackIsWhatMayBecomePartOfAStopOrACharacter() {
    assertThat(ContinuedText.certain("one t", List.of("two"))).isEqualTo("one ");
    assertThat(ContinuedText.certain("one tw", List.of("two", "w3"))).isEqualTo("one ");
    assertThat(ContinuedText.certain("one two three", List.of("two"))).isEqualTo("one ");
    assertThat(ContinuedText.certain("ab\ufffd", List.of())).isEqualTo("ab");
    assertThat(ContinuedText.certain("ab\ufffdc", List.of())).isEqualTo("ab\ufffdc");
  }

  @Test
  void endTokensAreOneOrSeveral() throws IOException {
    assertThat(EndTokens.read(folder)).isEmpty();
    Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"gpt2\"}");
    assertThat(EndTokens.read(folder)).containsExactly(50256);
    Files.writeString(
        folder.resolve("config.json"), "{\"model_type\": \"gpt2\", \"eos_token_id\": null}");
    assertThat(EndTokens.read(folder)).isEmpty();
    Files.writeString(folder.resolve("config.json"), "{\"eos_token_id\": 2}");
    assertThat(EndTokens.read(folder)).containsExactly(2);
    Files.writeString(folder.resolve("generation_config.json"), "{\"bos_token_id\": 1}");
    assertThat(EndTokens.read(folder)).isEmpty();
    Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": [7, 9]}");
    assertThat(EndTokens.read(folder)).containsExactlyInAnyOrder(7, 9);
    Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": \"x\"}");
    assertThatThrownBy(() -> EndTokens.read(folder))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("eos_token_id expected a number or a list of numbers but found");
  }
}
