package io.fourierft.text;

import io.fourierft.importer.weights.ModelFormatException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Opens the tokenizer of a Hugging Face directory, whatever files it consists of: {@code
 * tokenizer.json}; a SentencePiece {@code tokenizer.model}; {@code vocab.json} with {@code
 * merges.txt}; {@code vocab.txt}. The older forms are put into that of {@code tokenizer.json} as
 * transformers does it.
 */
public final class Tokenizers {
  private static final int LARGEST = 128 << 20;

  /** Spellings of the two files of a byte-level BPE. */
  private static final List<List<String>> BPE =
      List.of(List.of("vocab.json", "merges.txt"), List.of("encoder.json", "vocab.bpe"));

  private Tokenizers() {}

  /**
   * Opens a directory's tokenizer.
   *
   * @param directory holds the tokenizer's files
   * @param limit what happens to long texts
   * @return the tokenizer; the caller closes it
   * @throws IOException if there is none, or a file is damaged
   */
  public static HfTokenizer open(Path directory, LengthLimit limit) throws IOException {
    Path whole = directory.resolve("tokenizer.json");
    TokenizerSettings settings = TokenizerSettings.read(directory);
    if (Files.isRegularFile(whole)) {
      return settings.tokenizerClass().equals(LlamaRules.CLASS)
          ? open(whole, LlamaRules.of(settings).rewrite(bytes(whole), whole.toString()), limit)
          : HfTokenizer.open(whole, limit);
    }
    Path pieces = directory.resolve("tokenizer.model");
    if (Files.isRegularFile(pieces)) {
      SentencePieceModel model = SentencePieceModel.read(bytes(pieces), pieces.toString());
      return open(pieces, SentencePieceTokenizer.json(model, settings), limit);
    }
    for (List<String> names : BPE) {
      Path vocabulary = directory.resolve(names.get(0));
      Path merges = directory.resolve(names.get(1));
      if (Files.isRegularFile(vocabulary) && Files.isRegularFile(merges)) {
        ByteLevelBpe files =
            ByteLevelBpe.read(bytes(vocabulary), vocabulary.toString(), bytes(merges));
        return open(vocabulary, files.json(settings), limit);
      }
    }
    Path words = directory.resolve("vocab.txt");
    if (Files.isRegularFile(words)) {
      return open(words, WordPiece.json(bytes(words), words.toString(), settings), limit);
    }
    throw new ModelFormatException(
        "tokenizer expected tokenizer.json, tokenizer.model, vocab.json with merges.txt, or"
            + " vocab.txt but found none ("
            + directory
            + ")");
  }

  private static HfTokenizer open(Path origin, byte[] json, LengthLimit limit) throws IOException {
    return HfTokenizer.open(origin.toString(), new ByteArrayInputStream(json), limit);
  }

  private static byte[] bytes(Path file) throws IOException {
    try (InputStream stream = Files.newInputStream(file)) {
      byte[] bytes = stream.readNBytes(LARGEST + 1);
      if (bytes.length > LARGEST) {
        throw new ModelFormatException(
            file.getFileName()
                + " expected at most "
                + LARGEST
                + " bytes but found more ("
                + file
                + ")");
      }
      return bytes;
    }
  }
}
