package io.fourierft.samples.data;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/**
 * A text classification task with a fixed split.
 *
 * @param name what it is called in reports
 * @param labels names of the categories; an example's label is an index into it
 * @param train examples to train on
 * @param test examples to test on
 */
public record TextData(
    String name, List<String> labels, List<TextExample> train, List<TextExample> test) {

  /** Checks that both splits hold examples of the categories. */
  public TextData {
    labels = List.copyOf(labels);
    train = List.copyOf(train);
    test = List.copyOf(test);
    if (labels.size() < 2) {
      throw new IllegalArgumentException(
          "categories expected at least 2 but found " + labels.size() + " (" + name + ")");
    }
    checkSplit(name, "training", labels.size(), train);
    checkSplit(name, "test", labels.size(), test);
  }

  private static void checkSplit(String name, String split, int labels, List<TextExample> rows) {
    if (rows.isEmpty()) {
      throw new IllegalArgumentException(
          split + " examples expected at least 1 but found none (" + name + ")");
    }
    for (TextExample row : rows) {
      if (row.label() >= labels) {
        throw new IllegalArgumentException(
            "label expected below "
                + labels
                + " but found "
                + row.label()
                + " ("
                + row.origin()
                + ")");
      }
    }
  }

  /**
   * The same task with fewer examples, the first ones of each split.
   *
   * @param trainSize most training examples to keep
   * @param testSize most test examples to keep
   * @return the smaller task
   */
  public TextData first(int trainSize, int testSize) {
    return new TextData(
        name,
        labels,
        train.subList(0, Math.min(trainSize, train.size())),
        test.subList(0, Math.min(testSize, test.size())));
  }

  /**
   * Digest of the training split: SHA-256 over the UTF-8 lines {@code label TAB text LF}.
   *
   * @return 64 lower-case hexadecimal digits
   */
  public String trainDigest() {
    return digest(train);
  }

  /**
   * Digest of the test split, made as {@link #trainDigest}.
   *
   * @return 64 lower-case hexadecimal digits
   */
  public String testDigest() {
    return digest(test);
  }

  private String digest(List<TextExample> rows) {
    MessageDigest sha256 = Sha256.start();
    for (TextExample row : rows) {
      String line = labels.get(row.label()) + "\t" + row.text() + "\n";
      sha256.update(line.getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(sha256.digest());
  }
}
