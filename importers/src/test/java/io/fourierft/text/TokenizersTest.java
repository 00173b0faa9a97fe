package io.fourierft.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fourierft.importer.weights.ModelFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ids made by tools/reference/tokens.py with transformers and SentencePiece. */
class TokenizersTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final LengthLimit LIMIT = LengthLimit.refuse(100_000);
  private static final Path DATA = Path.of(System.getProperty("fourierft.data", "absent"));

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sentencepiece-bpe",
        "sentencepiece-unigram",
        "sentencepiece-plain",
        "sentencepiece-saved",
        "bytes-gpt2",
        "bytes-roberta",
        "words-cased",
        "words-uncased"
      })
  void eachKindOfFileGivesTheIdsOfPython(String kind) throws IOException, URISyntaxException {
    Path golden = Path.of(getClass().getResource("/golden/tokens").toURI());
    JsonNode lines = JSON.readTree(golden.resolve("corpus.json").toFile());
    JsonNode ids = JSON.readTree(golden.resolve(kind).resolve("ids.json").toFile());
    try (HfTokenizer tokenizer = Tokenizers.open(golden.resolve(kind), LIMIT)) {
      for (int i = 0; i < lines.size(); i++) {
        String line = lines.get(i).textValue();
        assertThat(tokenizer.encode(line).ids())
            .as(line)
            .containsExactly(JSON.treeToValue(ids.get(i), int[].class));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt2-json", "gpt2", "roberta", "bert-json", "bert", "llama"})
  void twoThousandMixedLinesHaveTheIdsOfPython(String kind) throws IOException {
    assumeThat(DATA.resolve("tok-gpt2")).as("shared test data").exists();
    copy(kind);
    Files.writeString(
        folder.resolve("config.json"), "{\"model_type\": \"" + kind.replace("-json", "") + "\"}");
    List<String> lines = MixedLines.of(DATA);
    assertThat(lines).hasSize(2000);
    JsonNode golden;
    try (InputStream stream = getClass().getResourceAsStream("/golden/tokens/shared.json")) {
      golden = JSON.readTree(stream).get(kind);
    }
    try (HfTokenizer tokenizer = Tokenizers.open(folder, LIMIT)) {
      for (int from = 0; from < lines.size(); from += 50) {
        StringJoiner ids = new StringJoiner(",", "[", "]");
        for (Encoded encoded : tokenizer.encodeAll(lines.subList(from, from + 50))) {
          StringJoiner row = new StringJoiner(",", "[", "]");
          for (int id : encoded.ids()) {
            row.add(Integer.toString(id));
          }
          ids.add(row.toString());
        }
        assertThat(sha256(ids.toString()))
            .as("lines %d to %d", from, from + 49)
            .isEqualTo(golden.get(from / 50).textValue());
      }
    }
  }

  private void copy(String kind) throws IOException {
    Map<String, String> files =
        switch (kind) {
          case "gpt2-json" -> Map.of("tok-gpt2/tokenizer.json", "tokenizer.json");
          case "gpt2" ->
              Map.of("tok-gpt2/encoder.json", "encoder.json", "tok-gpt2/vocab.bpe", "vocab.bpe");
          case "roberta" ->
              Map.of(
                  "tok-roberta/vocab.json", "vocab.json", "tok-roberta/merges.txt", "merges.txt");
          case "bert-json" -> Map.of("tok-bert-base-uncased/tokenizer.json", "tokenizer.json");
          case "bert" -> Map.of("tok-bert-base-uncased/vocab.txt", "vocab.txt");
          default -> Map.of();
        };
    for (Map.Entry<String, String> file : files.entrySet()) {
      Files.copy(DATA.resolve(file.getKey()), folder.resolve(file.getValue()));
    }
    if (files.isEmpty()) {
      StoriesTokenizer.write(DATA, folder.resolve("tokenizer.model"));
      Files.writeString(
          folder.resolve("tokenizer_config.json"),
          "{\"tokenizer_class\": \"LlamaTokenizer\", \"add_bos_token\": true}");
    }
  }

  private static String sha256(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void piecesAndBytesComeBackAsTheText() throws IOException, URISyntaxException {
    Path golden = Path.of(getClass().getResource("/golden/tokens").toURI());
    for (String kind : List.of("sentencepiece-bpe", "bytes-gpt2", "bytes-roberta")) {
      try (HfTokenizer tokenizer = Tokenizers.open(golden.resolve(kind), LIMIT)) {
        for (String text : List.of("Once upon a time", "x\ty\n\nz  ", "東京 🙂 naïve")) {
          assertThat(tokenizer.decode(tokenizer.encode(text).ids())).as(kind).isEqualTo(text);
        }
      }
    }
  }

  @Test
  void aPairHasItsSpecialTokensAndTypes() throws IOException, URISyntaxException {
    Path golden = Path.of(getClass().getResource("/golden/tokens").toURI());
    try (HfTokenizer tokenizer = Tokenizers.open(golden.resolve("sentencepiece-bpe"), LIMIT)) {
      Encoded pair = tokenizer.encode("x", "x");
      int[] one = tokenizer.encode("x").ids();
      assertThat(one[0]).isEqualTo(1);
      assertThat(one[one.length - 1]).isEqualTo(2);
      assertThat(pair.length()).isEqualTo(2 * one.length);
      for (int i = 0; i < one.length; i++) {
        assertThat(pair.ids()[i]).isEqualTo(pair.ids()[one.length + i]).isEqualTo(one[i]);
        assertThat(pair.types()[i]).isZero();
        assertThat(pair.types()[one.length + i]).isOne();
      }
    }
  }

  @Test
  void addedTokensAreFoundAsTheSettingsSay() throws IOException, URISyntaxException {
    Path golden = Path.of(getClass().getResource("/golden/tokens/bytes-roberta").toURI());
    for (String file : List.of("vocab.json", "merges.txt", "config.json")) {
      Files.copy(golden.resolve(file), folder.resolve(file));
    }
    Files.writeString(
        folder.resolve("tokenizer_config.json"),
        "{\"added_tokens_decoder\": {\"4\": {\"content\": \"<mask>\", \"lstrip\": true},"
            + " \"600\": {\"content\": \"<extra>\", \"single_word\": true, \"rstrip\": true}}}");
    try (HfTokenizer tokenizer = Tokenizers.open(folder, LIMIT)) { // ids made by AutoTokenizer
      assertThat(tokenizer.encode("one  <mask> two<extra>s  <extra> x").ids())
          .containsExactly(0, 422, 4, 368, 32, 301, 326, 69, 34, 87, 283, 600, 92, 2);
    }
  }

  @Test
  void saysWhatADirectoryWithoutATokenizerLacks() {
    refuses("tokenizer expected tokenizer.json, tokenizer.model, vocab.json with merges.txt");
  }

  @Test
  void saysWhatADamagedFileIs() throws IOException {
    Files.writeString(
        folder.resolve("tokenizer.model"), "version https://git-lfs.github.com/spec/v1\noid 0\n");
    refuses("tokenizer.model expected a SentencePiece model but found a Git LFS pointer");
    Files.write(folder.resolve("tokenizer.model"), new byte[] {10, 127, 1, 2});
    refuses("tokenizer.model expected a SentencePiece model but found a damaged one");
    Files.write(folder.resolve("tokenizer.model"), new byte[0]);
    refuses("but found 0 of type 1");
    Files.delete(folder.resolve("tokenizer.model"));
    Files.writeString(folder.resolve("merges.txt"), "a b\na b c\n");
    Files.writeString(folder.resolve("vocab.json"), "{\"a\": \"x\"}");
    refuses("vocabulary expected an object of ids");
    Files.writeString(folder.resolve("vocab.json"), "{\"a\": 1}");
    refuses("merge expected two tokens but found 3 (line 2");
    Files.delete(folder.resolve("vocab.json"));
    Files.writeString(folder.resolve("vocab.txt"), "a\nb\n");
    refuses("vocab.txt expected a line [CLS] but found none");
    Files.writeString(folder.resolve("tokenizer_config.json"), "[]");
    refuses("tokenizer_config.json expected a JSON object");
  }

  private void refuses(String message) {
    assertThatThrownBy(() -> Tokenizers.open(folder, LIMIT))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining(message)
        .hasMessageContaining(folder.toString());
  }
}
