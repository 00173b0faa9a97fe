package io.fourierft.hub.oci;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a server wants to be told who asks.
 *
 * @param scheme {@code bearer} or {@code basic}, in lower case
 * @param parameters its parameters, names in lower case
 */
record Challenge(String scheme, Map<String, String> parameters) {
  private static final int MAX_HEADER = 8192;

  /** The name of a scheme if a new challenge begins, then one parameter. */
  private static final Pattern PARAMETER =
      Pattern.compile(
          "[\\s,]*+(?:([A-Za-z][A-Za-z0-9_-]*+)\\s++)?"
              + "([A-Za-z][A-Za-z0-9_-]*+)\\s*+=\\s*+(?:\"([^\"]*+)\"|([^\\s,\"]++))");

  /** Reads WWW-Authenticate headers; what cannot be read is left out. */
  static List<Challenge> parse(List<String> headers) {
    List<Challenge> found = new ArrayList<>();
    for (String header : headers) {
      if (header.length() <= MAX_HEADER) {
        parse(header, found);
      }
    }
    return found;
  }

  private static void parse(String header, List<Challenge> found) {
    Matcher matcher = PARAMETER.matcher(header);
    boolean begun = false;
    while (matcher.lookingAt()) {
      if (matcher.group(1) != null) {
        found.add(new Challenge(matcher.group(1).toLowerCase(Locale.ROOT), new TreeMap<>()));
        begun = true;
      }
      if (begun) {
        String value = matcher.group(3) == null ? matcher.group(4) : matcher.group(3);
        found
            .get(found.size() - 1)
            .parameters()
            .putIfAbsent(matcher.group(2).toLowerCase(Locale.ROOT), value);
      }
      matcher.region(matcher.end(), header.length());
    }
    if (!begun && header.strip().equalsIgnoreCase("basic")) {
      found.add(new Challenge("basic", new TreeMap<>()));
    }
  }

  String parameter(String name) {
    return parameters.getOrDefault(name, "");
  }
}
