package io.fourierft.importer.weights;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Recognises what is often found where a model file was expected. */
public final class FileKind {
  /** As many bytes as {@link #describe} wants to see. */
  public static final int HEAD = 256;

  /** The description of a JSON text. */
  public static final String JSON = "a JSON text";

  private FileKind() {}

  /**
   * Says what a file is that is certainly no model file.
   *
   * @param head its first bytes
   * @return a description, or the empty string if nothing was recognised
   */
  public static String describe(byte[] head) {
    if (head.length == 0) {
      return "an empty file";
    }
    String text = new String(head, StandardCharsets.ISO_8859_1);
    String start = text.stripLeading().toLowerCase(Locale.ROOT);
    if (text.startsWith("version https://git-lfs")) {
      return "a Git LFS pointer, which stands for the real file: fetch it with `git lfs pull`";
    }
    if (start.startsWith("<!doctype html") || start.startsWith("<html")) {
      return "an HTML page, perhaps the answer of a login or error page";
    }
    if (start.startsWith("<")) {
      return "an XML or HTML text";
    }
    if (text.startsWith("PK\3\4")) {
      return "a zip archive";
    }
    if (text.startsWith("\u001f\u008b")) {
      return "a gzip archive";
    }
    if (start.startsWith("{")) {
      return JSON;
    }
    return "";
  }
}
