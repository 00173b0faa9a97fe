package io.fourierft.hub.oci;

import io.fourierft.hub.http.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Who the caller is to a registry. No form of it shows a secret as text. */
sealed interface Credential {
  /** Nobody in particular. */
  record None() implements Credential {}

  /** A name and a password. */
  record Password(String user, Secret basic, Secret password) implements Credential {
    static Password of(String user, String password) {
      byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
      return new Password(
          user, new Secret(Base64.getEncoder().encodeToString(pair)), new Secret(password));
    }
  }

  /** A token to be exchanged for short-lived ones. */
  record Identity(Secret token) implements Credential {}

  /** A token for the registry itself. */
  record Token(Secret token) implements Credential {}

  /** Takes the secrets out of a text. */
  default String redact(String text) {
    if (this instanceof Password password) {
      return password.password().redact(password.basic().redact(text));
    }
    if (this instanceof Identity identity) {
      return identity.token().redact(text);
    }
    return this instanceof Token token ? token.token().redact(text) : text;
  }
}
