package io.fourierft.importer.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fourierft.engine.Pooling;
import io.fourierft.importer.ConfigFile;
import io.fourierft.importer.weights.ModelFormatException;
import org.junit.jupiter.api.Test;

class LlamaConfigTest {
  private static LlamaConfig of(String json) throws ModelFormatException {
    return LlamaConfig.of(ConfigFile.parse("{" + json + "}", "test.json"));
  }

  @Test
  void sizesLeftOutAreThoseOfTransformers() throws ModelFormatException {
    LlamaConfig config = of("\"model_type\": \"llama\"");
    assertThat(config.hiddenSize()).isEqualTo(4096);
    assertThat(config.intermediateSize()).isEqualTo(11008);
    assertThat(config.layers()).isEqualTo(32);
    assertThat(config.headSize()).isEqualTo(128);
    assertThat(config.vocabulary()).isEqualTo(32000);
    assertThat(config.rotary()).isEqualTo(new RotaryScaling.Plain(10_000));
  }

  @Test
  void oldSpellingsOfTheRotaryRuleWinOverNewOnes() throws ModelFormatException {
    LlamaConfig config =
        of(
            "\"rope_theta\": 7, \"rope_scaling\": {\"type\": \"linear\", \"factor\": 2},"
                + " \"rope_parameters\": {\"rope_type\": \"dynamic\", \"factor\": 3}");
    assertThat(config.rotary()).isEqualTo(new RotaryScaling.Linear(7, 2));
  }

  @Test
  void lengthOfPretrainingStandsBesideTheRuleOrInItOrIsThatOfTheModel()
      throws ModelFormatException {
    String rule = "\"rope_scaling\": {\"type\": \"yarn\", \"factor\": 2%s}";
    String inside = String.format(rule, ", \"original_max_position_embeddings\": 9");
    assertThat(((Yarn) of(String.format(rule, "")).rotary()).original()).isEqualTo(2048);
    assertThat(((Yarn) of(inside).rotary()).original()).isEqualTo(9);
    String beside = ", \"original_max_position_embeddings\": 5";
    assertThat(((Yarn) of(inside + beside).rotary()).original()).isEqualTo(5);
  }

  @Test
  void yarnsAttentionFactorFollowsFromItsFactor() throws ModelFormatException {
    String rule = "\"rope_scaling\": {\"type\": \"yarn\", \"factor\": 4%s}";
    assertThat(of(String.format(rule, "")).rotary().attentionFactor())
        .isCloseTo(0.1 * Math.log(4) + 1, within(1e-12));
    assertThat(of(String.format(rule, ", \"attention_factor\": 0.7")).rotary().attentionFactor())
        .isEqualTo(0.7);
  }

  @Test
  void partialRotationCountsWhereTransformersHeedsIt() throws ModelFormatException {
    String half = "\"partial_rotary_factor\": 0.5";
    assertThat(of(half).rotary()).isEqualTo(new RotaryScaling.Plain(10_000));
    assertThatThrownBy(() -> of(half + ", \"rope_scaling\": {\"type\": \"linear\", \"factor\": 2}"))
        .hasMessage(
            "partial_rotary_factor expected 1, as LLaMA turns whole heads, but found 0.5"
                + " (test.json)");
  }

  @Test
  void anUnknownRuleIsNamed() {
    assertThatThrownBy(() -> of("\"rope_scaling\": {\"rope_type\": \"longrope\"}"))
        .isInstanceOf(ModelFormatException.class)
        .hasMessage(
            "rope_type expected one of [default, linear, dynamic, llama3, yarn] but found longrope"
                + " (test.json)");
    assertThatThrownBy(() -> of("\"rope_scaling\": {\"rope_type\": \"linear\"}"))
        .hasMessageContaining("rotary scaling expected factor but found no such key");
  }

  @Test
  void classifiersReadTheLastTokenThatIsNoPadding() throws ModelFormatException {
    assertThat(of("\"pad_token_id\": 3").lastToken()).isEqualTo(new Pooling.LastUnlike(3));
    assertThat(of("\"pad_token_id\": null").lastToken()).isEqualTo(Pooling.LAST);
  }
}
