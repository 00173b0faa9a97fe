package io.fourierft.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelCardTest {
  private static final Metadata METADATA = Metadata.of("acme/base", "text-generation", "x");

  @Test
  void whatACardSaysAlreadyIsKept() {
    String text =
        "---\nlicense: mit\nbase_model: acme/old\ntags: [b, 'a']\nextra:\n  deep: [1,\n    2]\n---\n"
            + "# Title\r\n\r\nProse: --- and more.\n";

    String merged = ModelCard.parse(text).with(METADATA, true).text();

    assertThat(merged)
        .isEqualTo(
            "---\nlicense: mit\nbase_model: acme/base\n"
                + "tags:\n- a\n- b\n- base_model:adapter:acme/base\n- x\n"
                + "extra:\n  deep: [1,\n    2]\n"
                + "library_name: peft\npipeline_tag: text-generation\n---\n"
                + "# Title\r\n\r\nProse: --- and more.\n");
    assertThat(ModelCard.parse(merged).with(METADATA, true).text()).isEqualTo(merged);
    assertThat(ModelCard.parse(merged).metadata())
        .isEqualTo(Metadata.of("acme/base", "text-generation", "a", "b", "x"));
  }

  @Test
  void anotherBaseModelTakesThePlaceOfTheOldOneInTheTags() {
    ModelCard card = ModelCard.parse("# A\n").with(METADATA, true);

    assertThat(card.with(Metadata.of("acme/new", ""), true).text())
        .contains("- base_model:adapter:acme/new")
        .doesNotContain("acme/base");
  }

  @ParameterizedTest
  @ValueSource(strings = {"./checkpoints/base", "/home/me/base", "C:\\base", "a/b/c", "a b", ""})
  void directoriesAreNoBaseModelsOfACard(String name) {
    assertThat(ModelCard.parse("# A\n").with(Metadata.of(name, "t"), true).text())
        .doesNotContain("base_model");
  }

  @Test
  void aSectionIsReplacedWhereItWasAndTheProseAroundItStays() {
    ModelCard first = ModelCard.parse("Before.").withSection("one\n");
    String edited = first.text() + "After.\n";
    String second = ModelCard.parse(edited).withSection("two").text();

    assertThat(second).startsWith("Before.\n\n<!--").endsWith("-->\nAfter.\n").contains("two");
    assertThat(second).doesNotContain("one");
    assertThat(ModelCard.parse(second).withSection("two").text()).isEqualTo(second);
  }

  @Test
  void aBeginningWithoutAnEndIsProse() {
    String begin = ModelCard.parse("").withSection("x").text().lines().findFirst().orElseThrow();
    String prose = begin + "\nSomebody took the end away.\n";

    assertThat(ModelCard.parse(prose).withSection("x").text()).startsWith(prose);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "plain words|plain words",
        "base_model:adapter:a/b|base_model:adapter:a/b",
        "yes|'yes'",
        "Null|'Null'",
        "1.0|'1.0'",
        "it's|'it''s'",
        "a: b|'a: b'",
        "a #b|'a #b'",
        "[x]|'[x]'",
        "-|'-'",
        "ends:|'ends:'",
        "\"\"|''"
      })
  void textsAreWrittenSoThatTheyStayTexts(String text, String yaml) {
    assertThat(ModelCard.yaml(text)).isEqualTo(yaml);
  }

  @Test
  void lineBreaksInTextsCannotAddKeys() {
    assertThat(ModelCard.yaml("x\nlicense: evil")).isEqualTo("'x?license: evil'");
  }

  @Test
  void whatTheCardSaysIsNotSaidTwice() {
    ModelCard card = ModelCard.parse("---\nmetrics: [f1]\n---\n");

    assertThat(card.completing(List.of("metrics:", "- x"), List.of("model-index:", "- y")).text())
        .isEqualTo("---\nmetrics: [f1]\nmodel-index:\n- y\n---\n");
  }
}
