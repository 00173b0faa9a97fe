package io.fourierft.text;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.fourierft.importer.weights.ModelFormatException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The Hugging Face tokenizers library (through DJL) over a {@code tokenizer.json}.
 *
 * <p>The padding and truncation that the file asks for are not applied: {@link LengthLimit} and
 * {@link Padding} say what is done. Safe for use by several threads until it is closed.
 */
public final class HfTokenizer implements TextTokenizer {
  private static final String FLAVOR = "RUST_FLAVOR";

  private final HuggingFaceTokenizer tokenizer;
  private final LengthLimit limit;
  private final int paddingId;

  private HfTokenizer(HuggingFaceTokenizer tokenizer, LengthLimit limit, int paddingId) {
    this.tokenizer = tokenizer;
    this.limit = limit;
    this.paddingId = paddingId;
  }

  /**
   * Opens a file.
   *
   * @param file path of a tokenizer.json
   * @param limit what happens to long texts
   * @return the tokenizer; the caller closes it
   * @throws IOException if the file cannot be read or is no tokenizer.json
   */
  public static HfTokenizer open(Path file, LengthLimit limit) throws IOException {
    try (InputStream stream = Files.newInputStream(file)) {
      return open(file.toString(), stream, limit);
    }
  }

  /**
   * Opens a stream, such as a resource in a jar.
   *
   * @param origin its name, for messages
   * @param stream a tokenizer.json; closing it stays with the caller
   * @param limit what happens to long texts
   * @return the tokenizer; the caller closes it
   * @throws IOException if the stream cannot be read or is no tokenizer.json
   */
  public static HfTokenizer open(String origin, InputStream stream, LengthLimit limit)
      throws IOException {
    TokenizerFile file = TokenizerFile.read(stream, origin);
    preferCpu();
    Map<String, String> options =
        Map.of(
            "padding", "false",
            "truncation", Boolean.toString(limit.truncates()),
            "maxLength", Integer.toString(limit.tokens()),
            "modelMaxLength", Integer.toString(limit.tokens()));
    try {
      HuggingFaceTokenizer tokenizer =
          HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(file.bytes()), options);
      return new HfTokenizer(tokenizer, limit, file.paddingId());
    } catch (RuntimeException e) {
      throw new ModelFormatException(
          "tokenizer.json expected a tokenizer that the native library reads but found: "
              + e.getMessage()
              + " ("
              + origin
              + ")",
          e);
    }
  }

  @Override
  public Encoded encode(String text) {
    return limit.check(encoded(tokenizer.encode(wellFormed(text))), text);
  }

  @Override
  public Encoded encode(String first, String second) {
    return limit.check(encoded(tokenizer.encode(wellFormed(first), wellFormed(second))), first);
  }

  @Override
  public List<Encoded> encodeAll(List<String> texts) {
    if (texts.isEmpty()) {
      return List.of();
    }
    Encoding[] encodings =
        tokenizer.batchEncode(texts.stream().map(HfTokenizer::wellFormed).toList());
    List<Encoded> all = new ArrayList<>(encodings.length);
    for (int i = 0; i < encodings.length; i++) {
      all.add(limit.check(encoded(encodings[i]), texts.get(i)));
    }
    return List.copyOf(all);
  }

  /**
   * Tokenises a text that holds its own special tokens, such as a rendered {@link ChatTemplate}.
   *
   * @param text any text
   * @return its tokens and no others
   * @throws IllegalArgumentException if it is longer than the tokenizer's limit allows
   */
  public Encoded encodeBare(String text) {
    return limit.check(encoded(tokenizer.encode(wellFormed(text), false, false)), text);
  }

  @Override
  public String decode(int[] ids) {
    return tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), true);
  }

  @Override
  public int paddingId() {
    return paddingId;
  }

  @Override
  public void close() {
    tokenizer.close();
  }

  /** On a machine with a GPU the library would download a build for it. */
  private static void preferCpu() {
    if (System.getenv(FLAVOR) == null && System.getProperty(FLAVOR) == null) {
      System.setProperty(FLAVOR, "cpu");
    }
  }

  private static Encoded encoded(Encoding encoding) {
    return new Encoded(ints(encoding.getIds()), ints(encoding.getTypeIds()));
  }

  private static int[] ints(long[] values) {
    return Arrays.stream(values).mapToInt(Math::toIntExact).toArray();
  }

  /** Half a surrogate pair is no character: it becomes the replacement character. */
  private static String wellFormed(String text) {
    boolean lone = text.codePoints().anyMatch(point -> point >= 0xd800 && point <= 0xdfff);
    if (!lone) {
      return text;
    }
    StringBuilder repaired = new StringBuilder(text.length());
    text.codePoints()
        .map(point -> point >= 0xd800 && point <= 0xdfff ? 0xfffd : point)
        .forEach(repaired::appendCodePoint);
    return repaired.toString();
  }
}
