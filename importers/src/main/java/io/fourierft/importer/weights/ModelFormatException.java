package io.fourierft.importer.weights;

import java.io.IOException;

/**
 * A model file is not what it should be. The message is one line: what was expected, what was found
 * and where.
 */
public final class ModelFormatException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * A problem found by looking at the file.
   *
   * @param message expected, found, where
   */
  public ModelFormatException(String message) {
    super(message);
  }

  /**
   * A problem that a parser reported.
   *
   * @param message expected, found, where
   * @param cause the parser's own words
   */
  public ModelFormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
