package io.fourierft.text;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.fourierft.importer.weights.ModelFormatException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.assertj.core.api.Assertions;

/** Feeds arbitrary bytes to the readers of tokenizer files and what they make to the library. */
public class TokenizerFuzzTest {
  private static final String ORIGIN = "fuzz";
  private static final LengthLimit LIMIT = LengthLimit.refuse(1000);

  private interface Reader {
    byte[] read(TokenizerSettings settings) throws IOException;
  }

  @FuzzTest(maxDuration = "10m")
  public void pieces(byte[] bytes) throws IOException {
    tokenise(
        settings -> SentencePieceTokenizer.json(SentencePieceModel.read(bytes, ORIGIN), settings));
  }

  @FuzzTest(maxDuration = "10m")
  public void vocabularies(byte[] bytes) throws IOException {
    int cut = 0;
    while (cut < bytes.length && bytes[cut] != 0) {
      cut++;
    }
    byte[] first = Arrays.copyOf(bytes, cut);
    byte[] second = Arrays.copyOfRange(bytes, Math.min(cut + 1, bytes.length), bytes.length);
    tokenise(settings -> ByteLevelBpe.read(first, ORIGIN, second).json(settings));
    tokenise(settings -> WordPiece.json(bytes, ORIGIN, settings));
  }

  @FuzzTest(maxDuration = "10m")
  public void file(byte[] bytes) throws IOException {
    tokenise(settings -> TokenizerFile.read(new ByteArrayInputStream(bytes), ORIGIN).bytes());
    tokenise(settings -> LlamaRules.of(settings).rewrite(bytes, ORIGIN));
  }

  private static void tokenise(Reader reader) throws IOException {
    TokenizerSettings settings = TokenizerSettings.read(Path.of("absent"));
    try (HfTokenizer tokenizer =
        HfTokenizer.open(ORIGIN, new ByteArrayInputStream(reader.read(settings)), LIMIT)) {
      Assertions.assertThat(tokenizer).isNotNull();
    } catch (ModelFormatException e) {
      Assertions.assertThat(e).hasMessageContaining(ORIGIN);
    }
  }
}
