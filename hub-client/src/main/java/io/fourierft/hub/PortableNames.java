package io.fourierft.hub;

import java.util.regex.Pattern;

/** The names that every file system keeps as they are: the rules of Windows, on every system. */
final class PortableNames {
  private static final int MAX_SEGMENT = 200;
  private static final int MAX_PATH = 800;

  /** Device names of Windows, alone or before an extension. */
  private static final Pattern DEVICE =
      Pattern.compile(
          "(?i)(con|prn|aux|nul|conin\\$|conout\\$|(com|lpt)[0-9\u00b9\u00b2\u00b3])\\s*(\\..*)?");

  private static final Pattern FORBIDDEN = Pattern.compile("[<>:\"|?*\\\\]|\\p{C}");

  private PortableNames() {}

  /**
   * Tells what is wrong with the path of a file in a version.
   *
   * @return the fault as a phrase, empty if there is none
   */
  static String pathFault(String path) {
    if (path.isEmpty() || path.length() > MAX_PATH) {
      return "a path of " + path.length() + " characters";
    }
    for (String segment : path.split("/", -1)) {
      String fault = segmentFault(segment);
      if (!fault.isEmpty()) {
        return fault;
      }
    }
    return "";
  }

  /**
   * Tells what is wrong with one name.
   *
   * @return the fault as a phrase, empty if there is none
   */
  static String segmentFault(String segment) {
    if (segment.isEmpty()) {
      return "an empty name";
    }
    if (segment.length() > MAX_SEGMENT) {
      return "a name of " + segment.length() + " characters";
    }
    if (segment.endsWith(".") || segment.endsWith(" ") || segment.startsWith(" ")) {
      return "a name with a blank or dot at its end, or a blank before it";
    }
    if (FORBIDDEN.matcher(segment).find()) {
      return "a backslash, a control character or one of <>:\"|?*";
    }
    return DEVICE.matcher(segment).matches() ? "the name of a device" : "";
  }

  /** Refuses the path of a file that some file system could not keep, or would keep elsewhere. */
  static void requirePath(String path) {
    String fault = pathFault(path);
    if (!fault.isEmpty()) {
      throw new IllegalArgumentException(
          "file name expected a relative path that every system can keep but found "
              + fault
              + " (\""
              + Texts.oneLine(path)
              + "\")");
    }
  }
}
