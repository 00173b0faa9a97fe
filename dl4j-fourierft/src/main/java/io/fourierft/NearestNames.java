package io.fourierft;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Finds the names that someone who mistyped one may have meant. */
final class NearestNames {
  private static final int SHOWN = 3;

  private NearestNames() {}

  /** The existing paths of which the whole or the last part is nearest to one of the names. */
  static List<String> of(List<String> wanted, Collection<String> existing) {
    Comparator<String> closeness =
        Comparator.comparingInt(
            path -> wanted.stream().mapToInt(name -> distance(name, path)).min().orElseThrow());
    return existing.stream().sorted(closeness).limit(SHOWN).toList();
  }

  private static int distance(String name, String path) {
    String tail = path.substring(path.lastIndexOf('.') + 1);
    return Math.min(levenshtein(name, tail), levenshtein(name, path));
  }

  private static int levenshtein(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int above = row[j];
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(change, 1 + Math.min(above, row[j - 1]));
        diagonal = above;
      }
    }
    return row[b.length()];
  }
}
