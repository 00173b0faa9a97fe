package io.fourierft.importer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fourierft.engine.DirectModel;
import io.fourierft.engine.Inputs;
import io.fourierft.generate.Continuation;
import io.fourierft.generate.Ending;
import io.fourierft.generate.GenerationOptions;
import io.fourierft.generate.Strategy;
import io.fourierft.generate.TokenGenerator;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class TokenGeneratorTest {
  private static final List<int[]> PROMPTS = List.of(new int[] {20, 21, 22}, new int[] {30});
  private static final GenerationOptions GREEDY = GenerationOptions.greedy(8, Set.of());

  private static PretrainedModel model;
  private static TokenGenerator generator;

  @BeforeAll
  static void load() throws IOException, URISyntaxException {
    Path folder =
        Path.of(TokenGeneratorTest.class.getResource("/golden/families/llama-causal").toURI());
    model = Importers.load(folder, Head.nextToken());
    generator =
        TokenGenerator.of(
            model.network(), model.parameters(), model.linears(), model.config().maxTokens());
  }

  @AfterAll
  static void close() {
    generator.close();
    model.close();
  }

  @Test
  void samplesAreReproducibleAndVaryWithTheSeed() {
    List<Continuation> first = generator.generate(PROMPTS, sample(7));
    assertThat(generator.generate(PROMPTS, sample(7))).isEqualTo(first);
    Set<Continuation> distinct = new HashSet<>();
    for (int seed = 0; seed < 10; seed++) {
      distinct.addAll(generator.generate(PROMPTS, sample(seed)));
    }
    assertThat(distinct).hasSizeGreaterThan(10);
  }

  private static GenerationOptions sample(long seed) {
    return GREEDY.with(new Strategy.Sample(1.5, 0, 1, seed));
  }

  @Test
  void theMostProbableTokenAloneIsGreedy() {
    assertThat(generator.generate(PROMPTS, GREEDY.with(new Strategy.Sample(3, 1, 1, 5))))
        .isEqualTo(generator.generate(PROMPTS, GREEDY));
  }

  @Test
  void aConditionEndsOneRowAndTheOtherGoesOn() {
    List<Continuation> whole = generator.generate(PROMPTS, GREEDY);
    int[] first = whole.get(0).tokens();
    List<Continuation> stopped =
        generator.generate(
            PROMPTS, GREEDY.withStop(tokens -> Arrays.equals(tokens, Arrays.copyOf(first, 3))));
    assertThat(stopped.get(0)).isEqualTo(new Continuation(Arrays.copyOf(first, 3), 0, Ending.STOP));
    assertThat(stopped.get(1)).isEqualTo(whole.get(1));
  }

  @Test
  void theListenerHearsWhatIsAdded() {
    List<List<Integer>> heard = List.of(new ArrayList<>(), new ArrayList<>());
    List<Continuation> found =
        generator.generate(PROMPTS, GREEDY, (row, token) -> heard.get(row).add(token));
    for (int row = 0; row < heard.size(); row++) {
      assertThat(heard.get(row).stream().mapToInt(Integer::intValue).toArray())
          .isEqualTo(found.get(row).tokens());
    }
  }

  @Test
  void aPromptWithoutRoomForTheAnswerIsRefused() {
    assertThatThrownBy(() -> generator.generate(List.of(new int[9]), GREEDY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "prompt expected 1 to 8 tokens, to leave room for 8 new ones in the model's 16"
                + " positions, but found 9");
    assertThatThrownBy(() -> generator.generate(List.of(new int[0]), GREEDY))
        .hasMessageContaining("but found 0");
  }

  @Test
  void trainedModelsGoOnAsTheirReferencesDoWithAndWithoutTheCache() throws IOException {
    for (String name : List.of("stories260K", "gpt2arch-slm4096")) {
      Path folder = Path.of(System.getProperty("fourierft.data", "absent"), name, "hf");
      assumeThat(folder).as("shared test data").exists();
      int[] ids =
          new ObjectMapper()
              .treeToValue(
                  new ObjectMapper()
                      .readTree(folder.resolve("reference.json").toFile())
                      .get("input_ids"),
                  int[].class);
      int given = name.startsWith("stories") ? 1 : ids.length;
      int[] prompt = Arrays.copyOf(ids, given);
      int count = name.startsWith("stories") ? ids.length - 1 : 128 - ids.length;
      try (PretrainedModel trained = Importers.load(folder, Head.nextToken());
          DirectModel whole = DirectModel.of(trained.network(), trained.parameters());
          TokenGenerator trainedGenerator =
              TokenGenerator.of(
                  trained.network(),
                  trained.parameters(),
                  trained.linears(),
                  trained.config().maxTokens())) {
        int[] found =
            trainedGenerator
                .generate(List.of(prompt), GenerationOptions.greedy(count, Set.of()))
                .get(0)
                .tokens();
        assertThat(found).as(name).isEqualTo(uncached(whole, prompt, count));
        if (given == 1) {
          assertThat(found).isEqualTo(Arrays.copyOfRange(ids, 1, ids.length));
        }
      }
    }
  }

  private static int[] uncached(DirectModel whole, int[] prompt, int count) {
    int[] tokens = prompt;
    for (int i = 0; i < count; i++) {
      int[] mask = new int[tokens.length];
      Arrays.fill(mask, 1);
      INDArray logits = whole.forward(Inputs.tokens(new int[][] {tokens}, new int[][] {mask}));
      tokens = Arrays.copyOf(tokens, tokens.length + 1);
      tokens[tokens.length - 1] = logits.argMax(1).getInt(0);
    }
    return Arrays.copyOfRange(tokens, prompt.length, tokens.length);
  }
}
