package io.fourierft.hub.huggingface;

/** A token that no log, message or debugger shows by accident. */
final class Secret {
  private static final int SHORTEST_REDACTED = 4;

  private final String value;

  /** Takes a token without line breaks and blanks around it; empty means none. */
  Secret(String text) {
    this.value = text.replace("\r", "").replace("\n", "").strip();
  }

  boolean isPresent() {
    return !value.isEmpty();
  }

  /** The value of the Authorization header. */
  String bearer() {
    return "Bearer " + value;
  }

  /** The text without the token, should a server have sent it back. */
  String redact(String text) {
    return value.length() < SHORTEST_REDACTED ? text : text.replace(value, "***");
  }

  @Override
  public String toString() {
    return isPresent() ? "***" : "none";
  }
}
