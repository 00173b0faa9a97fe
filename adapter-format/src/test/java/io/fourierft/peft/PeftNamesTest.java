package io.fourierft.peft;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PeftNamesTest {
  private static final String QUERY = "bert.encoder.layer.0.attention.self.query";

  @Test
  void keysAndNamesMapBothWays() {
    String key = "base_model.model." + QUERY + ".fourierft_spectrum";
    assertThat(PeftNames.module(key)).isEqualTo(QUERY);
    assertThat(PeftNames.spectrumKey(QUERY)).isEqualTo(key);
    assertThat(PeftNames.parameter("base_model.model." + QUERY + ".base_layer.bias"))
        .isEqualTo(QUERY + ".bias");
    assertThat(PeftNames.parameter("base_model.model.score.modules_to_save.default.weight"))
        .isEqualTo("score.weight");
  }

  @Test
  void numbersOrderByValue() {
    assertThat(
            Stream.of("h.10.a", "h.2.b", "h.2.a", "h.1", "h", "h.02.a").sorted(PeftNames.NATURAL))
        .containsExactly("h", "h.1", "h.02.a", "h.2.a", "h.2.b", "h.10.a");
  }

  @Test
  void runawayAndBrokenExpressionsMatchNothing() {
    assertThat(PeftPatterns.matches("(a*)*b", "a".repeat(400))).isFalse();
    assertThat(PeftPatterns.matches("(x+x+)+y", "x".repeat(400))).isFalse();
    assertThat(PeftPatterns.matches("(", "a")).isFalse();
    assertThat(PeftPatterns.matches(".*\\.query", QUERY)).isTrue();
  }

  @Test
  void listsMatchWholeSegmentsAndSavedModulesMatchEndings() throws Exception {
    ObjectMapper json = new ObjectMapper();
    assertThat(PeftPatterns.targets(json.readTree("[\"query\"]"), QUERY)).isTrue();
    assertThat(PeftPatterns.targets(json.readTree("[\"uery\"]"), QUERY)).isFalse();
    assertThat(PeftPatterns.targets(json.readTree("\".*self\\\\.(query|key)\""), QUERY)).isTrue();
    for (String parameter : List.of("pre_classifier.weight", "classifier.out_proj.bias")) {
      assertThat(PeftPatterns.saves(json.readTree("[\"classifier\"]"), parameter)).isTrue();
    }
    assertThat(PeftPatterns.saves(json.readTree("null"), "classifier.weight")).isFalse();
  }
}
