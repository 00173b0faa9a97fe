package io.fourierft.samples.wordnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fourierft.samples.data.BrokenDataException;
import io.fourierft.samples.data.TextData;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordNetGlossesTest {
  private static final String CAT = "02124272 05 n 01 cat 0 000 | a feline; \"the cat sat\"  ";
  private static final String BREAD = "07695401 13 n 01 bread 0 000 | food made from dough  ";

  @Test
  void theSplitsAreThoseOfTheReferenceScript() throws IOException {
    TextData data = WordNetGlosses.load();

    // Printed by tools/reference/wordnet.py.
    assertThat(data.trainDigest())
        .isEqualTo("a6bd9d6938759aac0dc35fcea3070fdd97efad9cfe4e5b8c893e19ec68088640");
    assertThat(data.testDigest())
        .isEqualTo("3fe6c1019f28dd2b9866657b1d495093f2b78ad39c5d3a324a568e27fab99fc6");
    assertThat(data.train()).hasSize(12_000);
    assertThat(data.test()).hasSize(2_000);
    assertThat(data.labels()).hasSize(25);
  }

  @Test
  void theLicenceAndTheTopNounsAreNoExamples() throws IOException {
    TextData data =
        read(
            "  1 licence\n00001740 03 n 01 entity 0 000 | what is  \n" + CAT + "\n" + BREAD + "\n");

    assertThat(data.train()).hasSize(1);
    assertThat(data.test()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '\'',
      value = {
        "'a feline: \"the cat sat\"';a feline",
        "'a feline; \"the cat\"; \"the tom\"';a feline",
        "'  the \"big\" one ; ';the \"big\" one",
        "'a: b; c  ';'a: b; c'",
        "'\"quoted\" only';'\"quoted\" only'"
      })
  void definitionsLoseTheirExamplesOnly(String gloss, String text) {
    assertThat(WordNetGlosses.definition(gloss)).isEqualTo(text);
  }

  @Test
  void aBrokenLineIsNamedWithWhatWasExpectedAndFound() {
    assertThatThrownBy(() -> read(CAT + "\nbroken line\n"))
        .isInstanceOf(BrokenDataException.class)
        .hasMessage(
            "line expected offset, file number and n but found \"broken line\""
                + " (data.noun, line 2)");
  }

  @Test
  void anUnknownFileNumberIsNamed() {
    assertThatThrownBy(() -> read(CAT.replace(" 05 n", " 29 n")))
        .hasMessage("file number expected 03 to 28 but found \"29\" (data.noun, line 1)");
  }

  @Test
  void aLineWithoutAGlossIsNamed() {
    assertThatThrownBy(() -> read("02124272 05 n 01 cat 0 000"))
        .hasMessageContaining("a gloss after")
        .hasMessageEndingWith("(data.noun, line 1)");
  }

  @Test
  void aShortenedFileIsNotAccepted() {
    assertThatThrownBy(() -> read(CAT))
        .hasMessage("glosses expected at least 2 but found \"1\" (data.noun)");
  }

  private static TextData read(String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return WordNetGlosses.read(new ByteArrayInputStream(bytes), 1, 1);
  }
}
