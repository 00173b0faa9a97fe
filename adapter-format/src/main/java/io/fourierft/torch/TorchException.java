package io.fourierft.torch;

import java.io.IOException;

/** A file that is no usable PyTorch weight file. The message names the file. */
public final class TorchException extends IOException {
  private static final long serialVersionUID = 1L;

  /** What is wrong with a file. */
  public enum Reason {
    /** Another kind of file. */
    NOT_TORCH,
    /** The format of PyTorch before 1.6, or TorchScript. */
    OTHER_TORCH,
    /** A damaged or contradictory zip archive. */
    ARCHIVE,
    /** An archive with compressed or encrypted records, which cannot be mapped. */
    COMPRESSED,
    /** A damaged pickle, or one that needs more than tensors do. */
    PICKLE,
    /** A pickle that names a class or function that is not allowed. */
    FORBIDDEN,
    /** A pickle that holds something other than named tensors. */
    CONTENT,
    /** A tensor outside the numbers that the file holds. */
    STORAGE,
    /** A tensor that is not in the file. */
    NO_TENSOR,
    /** A tensor that the caller cannot take as it is. */
    UNSUITABLE
  }

  private final Reason reason;

  /**
   * Creates the exception.
   *
   * @param reason what is wrong
   * @param message what was expected, what was found, and where
   */
  public TorchException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /**
   * Returns what is wrong.
   *
   * @return the reason
   */
  public Reason reason() {
    return reason;
  }
}
