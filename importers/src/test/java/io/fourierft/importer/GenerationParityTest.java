package io.fourierft.importer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fourierft.generate.Continuation;
import io.fourierft.generate.Ending;
import io.fourierft.generate.GenerationOptions;
import io.fourierft.generate.Strategy;
import io.fourierft.generate.TokenGenerator;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against transformers' generate, by tools/reference/generation.py. */
class GenerationParityTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gpt2-causal",
        "gpt2-causal-odd",
        "llama-causal",
        "llama-causal-llama3",
        "llama-causal-dynamic"
      })
  void continuationsAreThoseOfTransformers(String name) throws IOException, URISyntaxException {
    Path folder = Path.of(getClass().getResource("/golden/families/" + name).toURI());
    int compared = 0;
    try (PretrainedModel model = Importers.load(folder, Head.nextToken());
        TokenGenerator generator =
            TokenGenerator.of(
                model.network(), model.parameters(), model.linears(), model.config().maxTokens())) {
      for (JsonNode golden : golden().get("cases")) {
        if (golden.get("model").asText().equals(name)) {
          List<int[]> prompts = rows(golden.get("prompts"));
          GenerationOptions options = options(golden);
          if (!name.endsWith("dynamic")) { // its scaling looks at the longest row of a batch
            assertSame(golden, generator.generate(prompts, options));
          }
          for (int i = 0; i < prompts.size(); i++) {
            List<Continuation> alone = generator.generate(List.of(prompts.get(i)), options);
            assertSame(golden.get("expected").get(i), alone.get(0), golden);
          }
          compared++;
        }
      }
    }
    assertThat(compared).isEqualTo(26);
  }

  private static void assertSame(JsonNode golden, List<Continuation> found) throws IOException {
    for (int i = 0; i < found.size(); i++) {
      assertSame(golden.get("expected").get(i), found.get(i), golden);
    }
  }

  private static void assertSame(JsonNode expected, Continuation found, JsonNode golden)
      throws IOException {
    assertThat(found.tokens())
        .as(golden.toString())
        .containsExactly(JSON.treeToValue(expected.get("tokens"), int[].class));
    assertThat(found.ending() == Ending.END_TOKEN).isEqualTo(expected.get("ended").asBoolean());
    assertThat(found.score()).isCloseTo(expected.get("score").asDouble(), within(1e-4));
  }

  private static GenerationOptions options(JsonNode golden) throws IOException {
    JsonNode options = golden.get("options");
    Set<Integer> ends = new HashSet<>();
    golden.get("ends").forEach(end -> ends.add(end.intValue()));
    GenerationOptions made =
        GenerationOptions.greedy(golden.get("new").intValue(), ends)
            .withMinNewTokens(options.path("min_new_tokens").asInt(0))
            .withRepetition(
                options.path("no_repeat_ngram_size").asInt(0),
                options.path("repetition_penalty").asDouble(1));
    if (!options.has("num_beams")) {
      return made;
    }
    Strategy.Beam.Ending ending =
        switch (options.get("early_stopping").asText()) {
          case "true" -> Strategy.Beam.Ending.FIRST;
          case "false" -> Strategy.Beam.Ending.LIKELY;
          default -> Strategy.Beam.Ending.CERTAIN;
        };
    return made.with(
        new Strategy.Beam(
            options.get("num_beams").intValue(),
            options.get("length_penalty").doubleValue(),
            ending));
  }

  @Test
  void samplingFiltersLeaveTheLogitsOfTransformers() throws IOException {
    for (JsonNode golden : golden().get("filters")) {
      Strategy.Sample sample =
          new Strategy.Sample(
              golden.get("temperature").doubleValue(),
              golden.get("top_k").intValue(),
              golden.get("top_p").doubleValue(),
              0);
      float[] logits = JSON.treeToValue(golden.get("logits"), float[].class);
      float[] filtered = sample.filter(logits);
      for (int i = 0; i < filtered.length; i++) {
        JsonNode expected = golden.get("filtered").get(i);
        if (expected.isNull()) {
          assertThat(filtered[i]).as(golden.toString()).isEqualTo(Float.NEGATIVE_INFINITY);
        } else {
          assertThat(filtered[i]).isCloseTo(expected.floatValue(), within(1e-5f));
        }
      }
    }
  }

  private static JsonNode golden() throws IOException {
    try (InputStream stream =
        GenerationParityTest.class.getResourceAsStream("/golden/generation.json")) {
      return JSON.readTree(stream);
    }
  }

  private static List<int[]> rows(JsonNode node) throws IOException {
    List<int[]> rows = new ArrayList<>();
    for (JsonNode row : node) {
      rows.add(JSON.treeToValue(row, int[].class));
    }
    return rows;
  }
}
