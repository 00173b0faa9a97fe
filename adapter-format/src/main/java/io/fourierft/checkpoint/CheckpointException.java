package io.fourierft.checkpoint;

import java.io.IOException;

/** A model's directory is not what it should be. The message names the file. */
public final class CheckpointException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what was expected, what was found, and where
   */
  public CheckpointException(String message) {
    super(message);
  }

  /**
   * Creates the exception.
   *
   * @param message what was expected, what was found, and where
   * @param cause what went wrong underneath
   */
  public CheckpointException(String message, Throwable cause) {
    super(message, cause);
  }
}
