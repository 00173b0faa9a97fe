package io.fourierft.adapter;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Names what a file that should be something else seems to be. */
final class FileKind {
  private FileKind() {}

  static String of(byte[] start) {
    if (start.length == 0) {
      return "an empty file";
    }
    String text = new String(start, StandardCharsets.ISO_8859_1);
    if (text.startsWith("version https://")) {
      return "a Git LFS pointer: the file itself was not downloaded";
    }
    if (text.startsWith("<")) {
      return "an HTML or XML page";
    }
    if (text.startsWith("PK")) {
      return "a zip archive";
    }
    byte[] shown = new byte[Math.min(start.length, 8)];
    System.arraycopy(start, 0, shown, 0, shown.length);
    return HexFormat.ofDelimiter(" ").formatHex(shown);
  }
}
