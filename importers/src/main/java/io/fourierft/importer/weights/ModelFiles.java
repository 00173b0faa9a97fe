package io.fourierft.importer.weights;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Tells a model's file from what a broken download leaves in its place. */
public final class ModelFiles {
  private static final int PEEK = 64;

  private ModelFiles() {}

  /**
   * Refuses a Git LFS pointer, a web page and an empty file, by the first bytes.
   *
   * @param file the file
   * @throws ModelFormatException if it is one of them, with what to do
   * @throws IOException if it cannot be read
   */
  public static void requireContent(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw other(file, Files.exists(file) ? "a folder" : "none: download it");
    }
    String start;
    try (InputStream stream = Files.newInputStream(file)) {
      start = new String(stream.readNBytes(PEEK), StandardCharsets.ISO_8859_1);
    }
    String lower = start.stripLeading().toLowerCase(Locale.ROOT);
    if (start.isEmpty()) {
      throw other(file, "an empty one: download it again");
    }
    if (start.startsWith("version https://git-lfs")) {
      throw other(file, "a Git LFS pointer: run git lfs pull");
    }
    if (lower.startsWith("<!doctype") || lower.startsWith("<html")) {
      throw other(file, "an HTML page: download it again, logged in if the model asks for it");
    }
    if (lower.startsWith("<?xml")) {
      throw other(file, "an XML page, such as a server's error: download it again");
    }
  }

  private static ModelFormatException other(Path file, String found) {
    return new ModelFormatException(
        file.getFileName() + " expected the file itself but found " + found + " (" + file + ")");
  }
}
