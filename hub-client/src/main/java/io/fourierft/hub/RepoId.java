package io.fourierft.hub;

import java.util.Comparator;
import java.util.regex.Pattern;

/**
 * The name of a repository: a namespace (a person or a team) and a name.
 *
 * <p>Each part is 1 to 96 of the characters {@code A-Z a-z 0-9 _ - .}, begins and ends with a
 * letter, a digit or an underscore, and holds neither {@code --} nor {@code ..}; the name does not
 * end with {@code .git}. These are the rules of the Hugging Face Hub.
 *
 * @param namespace the namespace
 * @param name the name within it
 */
public record RepoId(String namespace, String name) implements Comparable<RepoId> {
  /** The namespace of a name that is given without one. */
  public static final String LOCAL = "local";

  private static final Pattern PART =
      Pattern.compile("(?=.{1,96}$)[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?");
  private static final Comparator<RepoId> ORDER =
      Comparator.comparing(RepoId::namespace).thenComparing(RepoId::name);

  /** Checks both parts. */
  public RepoId {
    requirePart("namespace", namespace);
    requirePart("repository name", name);
  }

  /**
   * Reads a name.
   *
   * @param text {@code namespace/name}, or a bare name in the namespace {@value #LOCAL}
   * @return the name
   * @throws IllegalArgumentException if the text breaks a rule
   */
  public static RepoId parse(String text) {
    int slash = text.indexOf('/');
    return slash < 0
        ? new RepoId(LOCAL, text)
        : new RepoId(text.substring(0, slash), text.substring(slash + 1));
  }

  private static void requirePart(String what, String part) {
    boolean good =
        PART.matcher(part).matches()
            && !part.contains("--")
            && !part.contains("..")
            && !part.endsWith(".git");
    if (!good) {
      throw new IllegalArgumentException(
          what
              + " expected 1 to 96 of A-Z a-z 0-9 _ - . (no -- or .., no - or . at an end, no .git)"
              + " but found \""
              + Texts.oneLine(part)
              + "\"");
    }
  }

  @Override
  public int compareTo(RepoId other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
