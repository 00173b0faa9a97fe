package io.fourierft.samples.data;

import java.io.IOException;

/** A data file that is not as it should be; the message names the line. */
public final class BrokenDataException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param what what was looked at
   * @param expected what should have been there
   * @param found what was there; shown in quotes, shortened, without control characters
   * @param where the file and line
   */
  public BrokenDataException(String what, String expected, String found, String where) {
    super(what + " expected " + expected + " but found " + quoted(found) + " (" + where + ")");
  }

  private static String quoted(String found) {
    String shown = found.length() > 60 ? found.substring(0, 57) + "..." : found;
    return '"' + shown.replace("\t", "\\t").replaceAll("\\p{Cntrl}", "?") + '"';
  }
}
