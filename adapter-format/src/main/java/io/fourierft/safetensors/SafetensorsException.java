package io.fourierft.safetensors;

import java.io.IOException;

/** A file that breaks a rule of the safetensors format. The message names the file. */
public final class SafetensorsException extends IOException {
  private static final long serialVersionUID = 1L;

  /** The rules a file can break. */
  public enum Reason {
    /** Shorter than the length of its header, 8 bytes. */
    HEADER_TOO_SMALL,
    /** A header of more than 100,000,000 bytes. */
    HEADER_TOO_LARGE,
    /** A header that is longer than the file. */
    HEADER_LENGTH,
    /** A header that is not UTF-8. */
    HEADER_ENCODING,
    /** A header that does not begin with a brace. */
    HEADER_START,
    /** A header that is not the JSON it should be. */
    HEADER_CONTENT,
    /** Tensors that overlap or leave a hole. */
    OFFSETS,
    /** A tensor whose size is not that of its shape and type. */
    TENSOR_SIZE,
    /** A shape whose size no file can have. */
    OVERFLOW,
    /** Tensors that end before or after the file. */
    FILE_SIZE,
    /** A tensor that is not in the file. */
    NO_TENSOR,
    /** A tensor that the caller cannot take as it is. */
    UNSUITABLE
  }

  private final Reason reason;

  /**
   * Creates the exception.
   *
   * @param reason which rule is broken
   * @param message what was expected, what was found, and where
   */
  public SafetensorsException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /**
   * Returns which rule is broken.
   *
   * @return the reason
   */
  public Reason reason() {
    return reason;
  }
}
