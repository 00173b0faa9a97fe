package io.fourierft.io;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;

/** Names what a file that should be something else seems to be. */
public final class FileKind {
  private FileKind() {}

  /**
   * Names a file by its first bytes, for a message.
   *
   * @param start the first bytes, some 16 or more where there are as many
   * @return such as {@code a Git LFS pointer}; the bytes themselves if nothing is recognised
   */
  public static String of(byte[] start) {
    if (start.length == 0) {
      return "an empty file";
    }
    String text = new String(start, StandardCharsets.ISO_8859_1).strip().toLowerCase(Locale.ROOT);
    if (text.startsWith("version https")) {
      return "a Git LFS pointer: the file itself was not downloaded";
    }
    if (text.startsWith("<!doctype") || text.startsWith("<html") || text.startsWith("<?xml")) {
      return "an HTML or XML page";
    }
    if (text.startsWith("pk\3\4")) {
      return "a zip archive";
    }
    return HexFormat.ofDelimiter(" ").formatHex(Arrays.copyOf(start, Math.min(start.length, 8)));
  }
}
