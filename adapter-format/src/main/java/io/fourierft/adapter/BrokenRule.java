package io.fourierft.adapter;

/** A rule of adapters that values break, by kind, so that readers can tell the kinds apart. */
final class BrokenRule extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  enum Kind {
    DUPLICATE,
    NOT_FINITE,
    COUNT
  }

  private final Kind kind;

  BrokenRule(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  Kind kind() {
    return kind;
  }
}
