package io.fourierft.samples.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * Reads a task from a file of lines {@code label TAB text}, in UTF-8, without a header.
 *
 * <p>The split is fixed by the contents, whatever the order of the lines: the rows are sorted by
 * the SHA-256 of {@code label TAB text}, and the last seventh of them is the test split. Categories
 * are numbered in the order of their names. Nothing is skipped: the first line that is not as it
 * should be ends the reading.
 */
public final class TsvFile {
  /** One row in this many is for testing, the share of the WordNet split. */
  private static final int TEST_SHARE = 7;

  private static final int MAX_CATEGORIES = 10_000;

  private TsvFile() {}

  /**
   * Reads a file.
   *
   * @param file the file
   * @return the task
   * @throws BrokenDataException if a line is broken; the message names it
   * @throws IOException if the file cannot be read
   */
  public static TextData read(Path file) throws IOException {
    List<Row> rows = new ArrayList<>();
    try (InputStream in = Files.newInputStream(file)) {
      Lines.read(in, file.toString(), (line, where) -> rows.add(row(line, where)));
    }
    if (rows.size() < TEST_SHARE) {
      throw new BrokenDataException(
          "lines", "at least " + TEST_SHARE, Integer.toString(rows.size()), file.toString());
    }
    List<String> labels = labels(rows, file);
    rows.sort(Comparator.comparing(Row::digest));
    List<TextExample> examples =
        rows.stream()
            .map(row -> new TextExample(labels.indexOf(row.label()), row.text(), row.where()))
            .toList();
    int split = rows.size() - rows.size() / TEST_SHARE;
    return new TextData(
        file.getFileName().toString(),
        labels,
        examples.subList(0, split),
        examples.subList(split, rows.size()));
  }

  private static List<String> labels(List<Row> rows, Path file) throws BrokenDataException {
    TreeSet<String> labels = new TreeSet<>();
    rows.forEach(row -> labels.add(row.label()));
    if (labels.size() < 2 || labels.size() > MAX_CATEGORIES) {
      throw new BrokenDataException(
          "categories", "2 to " + MAX_CATEGORIES, Integer.toString(labels.size()), file.toString());
    }
    return List.copyOf(labels);
  }

  private static Row row(String line, String where) throws BrokenDataException {
    String content = line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
    int tab = content.indexOf('\t');
    if (tab < 0 || content.indexOf('\t', tab + 1) >= 0) {
      throw new BrokenDataException("line", "label TAB text", content, where);
    }
    String label = content.substring(0, tab).strip();
    String text = content.substring(tab + 1).strip();
    if (label.isEmpty() || text.isEmpty()) {
      throw new BrokenDataException(
          label.isEmpty() ? "label" : "text", "at least one character", content, where);
    }
    return new Row(label, text, where, Sha256.hex(label + "\t" + text));
  }

  private record Row(String label, String text, String where, String digest) {}
}
