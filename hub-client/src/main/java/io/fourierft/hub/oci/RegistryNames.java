package io.fourierft.hub.oci;

import io.fourierft.hub.HubException;
import io.fourierft.hub.RepoId;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The names of repositories in a registry: {@code <prefix>/<namespace>/<name>}.
 *
 * <p>Registries know no upper case. A part that has some is written in lower case, then {@code --},
 * which no part holds, then a hexadecimal number whose bits, from the lowest on, tell the letters
 * in upper case: {@code FacebookAI} is {@code facebookai--301}.
 */
final class RegistryNames {
  private static final Pattern PART = Pattern.compile("[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*");
  private static final Pattern CAPITALS = Pattern.compile("[0-9a-f]{1,24}");
  private static final String MARK = "--";
  private static final int MAX_NAME = 255;

  private final String registry;
  private final String prefix;

  /**
   * @param registry host and port, which count for the length of a name
   * @param prefix the first parts of all names, may be empty
   */
  RegistryNames(String registry, String prefix) {
    this.registry = registry;
    this.prefix = prefix;
  }

  /** Tells whether a text is one or more parts of a name. */
  static boolean isPath(String text) {
    for (String part : text.split("/", -1)) {
      if (!PART.matcher(part).matches()) {
        return false;
      }
    }
    return text.length() <= MAX_NAME;
  }

  String of(RepoId repo) throws HubException {
    String start = prefix.isEmpty() ? "" : prefix + "/";
    String name = start + part(repo.namespace(), repo) + "/" + part(repo.name(), repo);
    int length = registry.length() + 1 + name.length();
    if (length > MAX_NAME) {
      throw new HubException.Unsupported(
          "repository " + repo, MAX_NAME + " characters at most", "" + length, registry);
    }
    return name;
  }

  private String part(String text, RepoId repo) throws HubException {
    String lower = text.toLowerCase(Locale.ROOT);
    if (!PART.matcher(lower).matches()) {
      throw new HubException.Unsupported(
          "repository " + repo,
          "names of letters and digits with one . or - or up to two _ between them",
          "\"" + text + "\"",
          registry);
    }
    BigInteger capitals = BigInteger.ZERO;
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) != lower.charAt(i)) {
        capitals = capitals.setBit(i);
      }
    }
    return capitals.signum() == 0 ? text : lower + MARK + capitals.toString(16);
  }

  /** The repository that a name stands for, if it is one of this hub. */
  Optional<RepoId> repo(String name) {
    String start = prefix.isEmpty() ? "" : prefix + "/";
    String[] parts =
        name.startsWith(start) ? name.substring(start.length()).split("/", -1) : new String[0];
    if (parts.length != 2) {
      return Optional.empty();
    }
    try {
      RepoId repo = new RepoId(text(parts[0]), text(parts[1]));
      return of(repo).equals(name) ? Optional.of(repo) : Optional.empty();
    } catch (IllegalArgumentException | HubException e) {
      // A repository of other software, under a name that this hub never gives.
      return Optional.empty();
    }
  }

  private static String text(String part) {
    int mark = part.indexOf(MARK);
    if (mark < 0) {
      return part;
    }
    String capitals = part.substring(mark + MARK.length());
    if (!CAPITALS.matcher(capitals).matches()) {
      return "";
    }
    BigInteger bits = new BigInteger(capitals, 16);
    StringBuilder text = new StringBuilder(part.substring(0, mark));
    for (int i = 0; i < text.length(); i++) {
      if (bits.testBit(i)) {
        text.setCharAt(i, Character.toUpperCase(text.charAt(i)));
      }
    }
    return text.toString();
  }
}
