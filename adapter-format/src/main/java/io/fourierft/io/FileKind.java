package io.fourierft.io;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/** Names what a file that should be something else seems to be. */
public final class FileKind {
  /** As many first bytes as it takes to recognise a file. */
  public static final int START = 64;

  private FileKind() {}

  /**
   * Names a file by its first bytes, for a message.
   *
   * @param start the first bytes, some 16 or more where there are as many
   * @return such as {@code a Git LFS pointer}; the bytes themselves if nothing is recognised
   */
  public static String of(byte[] start) {
    return recognise(start)
        .orElseGet(
            () ->
                HexFormat.ofDelimiter(" ")
                    .formatHex(Arrays.copyOf(start, Math.min(start.length, 8))));
  }

  /**
   * Recognises what is often found where a model's file was expected.
   *
   * @param start the first bytes, {@link #START} where there are as many
   * @return such as {@code a Git LFS pointer}
   */
  public static Optional<String> recognise(byte[] start) {
    if (start.length == 0) {
      return Optional.of("an empty file");
    }
    String text = new String(start, StandardCharsets.ISO_8859_1).strip().toLowerCase(Locale.ROOT);
    if (text.startsWith("version https")) {
      return Optional.of("a Git LFS pointer: the file itself was not downloaded");
    }
    if (text.startsWith("<!doctype") || text.startsWith("<html") || text.startsWith("<?xml")) {
      return Optional.of("an HTML or XML page");
    }
    if (text.startsWith("pk\3\4")) {
      return Optional.of("a zip archive");
    }
    if (text.startsWith("{\"")) {
      return Optional.of("a JSON text");
    }
    return Optional.empty();
  }
}
