package io.fourierft.generate;

/** Why a continuation is as long as it is. */
public enum Ending {
  /** It goes on. */
  NONE,
  /** The model chose an end token. */
  END_TOKEN,
  /** The caller's condition was met. */
  STOP,
  /** As many tokens as were asked for. */
  LENGTH
}
