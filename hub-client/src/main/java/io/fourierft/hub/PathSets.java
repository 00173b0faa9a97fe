package io.fourierft.hub;

import java.text.Normalizer;
import java.util.Locale;
import java.util.SortedMap;

/** Sets of file paths that no file system may mix up. */
final class PathSets {
  private PathSets() {}

  /**
   * Adds a path, unless some system takes it for one already there, or one would have to be both a
   * file and a directory.
   *
   * @param taken the paths so far by the form in which systems compare them
   */
  static void add(SortedMap<String, String> taken, String path) {
    PortableNames.requirePath(path);
    String folded = fold(path);
    for (int end = folded.indexOf('/'); end >= 0; end = folded.indexOf('/', end + 1)) {
      refuse(taken.get(folded.substring(0, end)), path);
    }
    SortedMap<String, String> below = taken.tailMap(folded + "/");
    if (!below.isEmpty() && below.firstKey().startsWith(folded + "/")) {
      refuse(below.get(below.firstKey()), path);
    }
    refuse(taken.putIfAbsent(folded, path), path);
  }

  private static String fold(String path) {
    return Normalizer.normalize(path.toLowerCase(Locale.ROOT), Normalizer.Form.NFC);
  }

  private static void refuse(String other, String path) {
    if (other != null) {
      throw new IllegalArgumentException(
          "file names expected to be different on every system but found \""
              + Texts.oneLine(other)
              + "\" and \""
              + Texts.oneLine(path)
              + "\"");
    }
  }
}
