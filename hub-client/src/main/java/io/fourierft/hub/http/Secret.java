package io.fourierft.hub.http;

/** A token that no log, message or debugger shows by accident. */
public final class Secret {
  private static final int SHORTEST_REDACTED = 4;

  private final String value;

  /**
   * Takes a token without line breaks and blanks around it.
   *
   * @param text the token; empty means none
   */
  public Secret(String text) {
    this.value = text.replace("\r", "").replace("\n", "").strip();
  }

  /**
   * Whether there is a token.
   *
   * @return false if it is empty
   */
  public boolean isPresent() {
    return !value.isEmpty();
  }

  /**
   * The value of the Authorization header.
   *
   * @return the token after the name of the scheme
   */
  public String bearer() {
    return after("Bearer");
  }

  /**
   * The value of the Authorization header for a scheme that takes the token as it is.
   *
   * @param scheme the name of the scheme
   * @return the token after it
   */
  public String after(String scheme) {
    return scheme + " " + value;
  }

  /**
   * The token itself, for the body of a request that asks for another one.
   *
   * @return the token
   */
  public String reveal() {
    return value;
  }

  /**
   * Takes the token out of a text, should a server have sent it back.
   *
   * @param text the text
   * @return the text without the token
   */
  public String redact(String text) {
    return value.length() < SHORTEST_REDACTED ? text : text.replace(value, "***");
  }

  @Override
  public String toString() {
    return isPresent() ? "***" : "none";
  }
}
