package io.fourierft.torch;

/** Python's {@code None}. */
enum PickledNone {
  /** The only one. */
  NONE
}
