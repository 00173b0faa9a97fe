package io.fourierft.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.fourierft.importer.weights.ModelFormatException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Ids made by tools/reference/minilm_tokens.py with the Python library. */
class HfTokenizerTest {
  private static final String MINILM = "all-minilm-l6-v2-tokenizer.json";

  private static HfTokenizer open(LengthLimit limit) throws IOException {
    try (InputStream stream = HfTokenizerTest.class.getClassLoader().getResourceAsStream(MINILM)) {
      return HfTokenizer.open(MINILM, stream, limit);
    }
  }

  @Test
  void givesTheIdsOfThePythonLibrary() throws IOException {
    Map<String, int[]> expected =
        Map.of(
            "Hello world",
            new int[] {101, 7592, 2088, 102},
            "Na\u00efve caf\u00e9, \u4e1c\u4eac tower! \ud83d\ude42",
            new int[] {101, 15743, 7668, 1010, 100, 1755, 3578, 999, 100, 102},
            "  many \t spaces\n",
            new int[] {101, 2116, 7258, 102},
            "",
            new int[] {101, 102},
            "unbelievably antidisestablishmentarianism",
            new int[] {
              101, 4895, 8671, 2666, 3567, 6321, 3424, 10521, 4355, 7875, 13602, 3672, 12199, 2964,
              102
            });
    try (HfTokenizer tokenizer = open(LengthLimit.refuse(512))) {
      expected.forEach(
          (text, ids) -> assertThat(tokenizer.encode(text).ids()).as(text).containsExactly(ids));
      List<String> texts = List.copyOf(expected.keySet());
      assertThat(tokenizer.encodeAll(texts))
          .containsExactlyElementsOf(texts.stream().map(tokenizer::encode).toList());
    }
  }

  @Test
  void marksTheSecondTextOfAPair() throws IOException {
    try (HfTokenizer tokenizer = open(LengthLimit.refuse(512))) {
      Encoded pair = tokenizer.encode("a dog", "of a breed");
      assertThat(pair.ids()).containsExactly(101, 1037, 3899, 102, 1997, 1037, 8843, 102);
      assertThat(pair.types()).containsExactly(0, 0, 0, 0, 1, 1, 1, 1);
    }
  }

  @Test
  void cutsLongTextsWhenAskedTo() throws IOException {
    try (HfTokenizer tokenizer = open(LengthLimit.truncate(6))) {
      assertThat(tokenizer.encode("a large striped cat of the genus Panthera").ids())
          .containsExactly(101, 1037, 2312, 17983, 4937, 102);
      assertThat(tokenizer.encode("a dog barks loudly", "of a breed").ids())
          .containsExactly(101, 1037, 3899, 102, 1997, 102);
    }
  }

  @Test
  void refusesLongTextsOtherwise() throws IOException {
    try (HfTokenizer tokenizer = open(LengthLimit.refuse(6))) {
      assertThatThrownBy(() -> tokenizer.encode("a large striped cat of the genus Lynx"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "text expected at most 6 tokens but found 10 (a large striped cat of the genus Lynx)");
      assertThatThrownBy(() -> tokenizer.encodeAll(List.of("a", "a b c d e f g")))
          .hasMessageContaining("expected at most 6 tokens but found 9");
    }
  }

  @Test
  void appliesNeitherPaddingNorTruncationOfTheFile() throws IOException {
    // The file asks for 128 tokens exactly.
    try (HfTokenizer tokenizer = open(LengthLimit.refuse(512))) {
      assertThat(tokenizer.encode("cat").length()).isEqualTo(3);
      assertThat(tokenizer.encode("cat ".repeat(200)).length()).isEqualTo(202);
    }
  }

  @Test
  void replacesHalfSurrogatePairs() throws IOException {
    try (HfTokenizer tokenizer = open(LengthLimit.refuse(512))) {
      assertThat(tokenizer.encode("a \ud83d b")).isEqualTo(tokenizer.encode("a \ufffd b"));
    }
  }

  @Test
  void decodesWithoutSpecialTokens() throws IOException {
    try (HfTokenizer tokenizer = open(LengthLimit.refuse(512))) {
      assertThat(tokenizer.decode(tokenizer.encode("Hello world").ids())).isEqualTo("hello world");
      assertThat(tokenizer.paddingId()).isZero();
    }
  }

  @Test
  void readsTheTokenizerOfGpt2() throws IOException {
    Path file = Path.of(System.getProperty("fourierft.data", "absent"), "tok-gpt2/tokenizer.json");
    assumeThat(file).as("shared test data").exists();
    try (HfTokenizer tokenizer = HfTokenizer.open(file, LengthLimit.truncate(1024))) {
      assertThat(tokenizer.encode("Hello world").ids()).containsExactly(15496, 995);
    }
  }

  @Test
  void saysWhatADamagedFileIs() throws IOException {
    byte[] whole;
    try (InputStream stream = HfTokenizerTest.class.getClassLoader().getResourceAsStream(MINILM)) {
      whole = stream.readAllBytes();
    }
    refuses(Arrays.copyOf(whole, whole.length / 2), "expected a whole JSON object but found");
    refuses("version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "a Git LFS pointer");
    refuses("<!DOCTYPE html><html></html>", "an HTML or XML page");
    refuses("", "an empty file");
    refuses("[1, 2]", "expected a JSON object but found 5b 31");
    refuses("{\"added_tokens\": []}", "expected an object named model but found none");
    refuses("{\"model\": {\"type\": \"Nonsense\"}}", "the native library reads but found");
  }

  private static void refuses(String content, String message) {
    refuses(content.getBytes(StandardCharsets.UTF_8), message);
  }

  private static void refuses(byte[] content, String message) {
    assertThatThrownBy(
            () ->
                HfTokenizer.open(
                    "broken.json", new ByteArrayInputStream(content), LengthLimit.refuse(8)))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("(broken.json")
        .message()
        .doesNotContain("\n");
  }

  @Test
  void saysWhichFileIsAbsent() {
    assertThatThrownBy(() -> HfTokenizer.open(Path.of("absent.json"), LengthLimit.refuse(8)))
        .isInstanceOf(java.nio.file.NoSuchFileException.class)
        .hasMessage("absent.json");
    assertThat(Files.exists(Path.of("absent.json"))).isFalse();
  }
}
