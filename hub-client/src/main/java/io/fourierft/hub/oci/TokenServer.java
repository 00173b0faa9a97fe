package io.fourierft.hub.oci;

import com.fasterxml.jackson.databind.JsonNode;
import io.fourierft.hub.HubException;
import io.fourierft.hub.http.Call;
import io.fourierft.hub.http.Dialect;
import io.fourierft.hub.http.Json;
import io.fourierft.hub.http.Reply;
import io.fourierft.hub.http.Secret;
import io.fourierft.hub.http.Wire;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Exchanges credentials for short-lived tokens at the server that a registry names.
 *
 * <p>A registry may name any server, so that one is asked over https only, unless the registry does
 * without encryption and names itself or this machine; and it is sent nothing but the credential
 * for that registry.
 */
final class TokenServer {
  private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]{1,65536}");
  private static final int LEAST_SECONDS = 60;
  private static final int MOST_SECONDS = 3600;
  private static final int MARGIN_SECONDS = 10;
  private static final String CLIENT = "fourierft";

  private final OciSettings settings;
  private final Wire.Pause pause;

  TokenServer(OciSettings settings, Wire.Pause pause) {
    this.settings = settings;
    this.pause = pause;
  }

  /**
   * A token.
   *
   * @param secret the token
   * @param end when it is too old to be used, as {@link System#nanoTime} tells the time
   */
  record Token(Secret secret, long end) {
    boolean isOver() {
      return System.nanoTime() - end >= 0;
    }
  }

  /**
   * Gets a token.
   *
   * @param challenge what the registry asks for
   * @param scope what the token must be good for, should the registry not say
   * @param credential who asks
   * @param from the address that was refused
   */
  Token token(Challenge challenge, String scope, Credential credential, URI from)
      throws IOException {
    if (credential instanceof Credential.Token given) {
      return token(given.token(), MOST_SECONDS);
    }
    URI realm = realm(challenge.parameter("realm"), from);
    String stated = challenge.parameter("scope");
    String scopes = stated.isBlank() ? scope : stated;
    Call call =
        credential instanceof Credential.Identity identity
            ? exchange(realm, challenge.parameter("service"), scopes, identity)
            : ask(realm, challenge.parameter("service"), scopes, credential);
    String what = "token for " + settings.registry();
    try (Wire wire = new Wire(realm, new Identification(credential), settings.timeout(), pause);
        Reply reply = wire.require(call, what)) {
      JsonNode json = json(reply, what);
      String text = json.path("token").asText(json.path("access_token").asText(""));
      if (!TOKEN.matcher(text).matches()) {
        throw new HubException.Corrupt(what, "a token", "none", Wire.show(realm));
      }
      return token(new Secret(text), json.path("expires_in").asInt(LEAST_SECONDS));
    }
  }

  private static JsonNode json(Reply reply, String what) throws IOException {
    try {
      return Json.read(reply, what);
    } catch (HubException.Corrupt e) {
      // Not as its cause: the parser quotes what it could not read, which may be a token.
      throw new HubException.Corrupt(what, "JSON", "something else", Wire.show(reply.uri()));
    }
  }

  private static Token token(Secret secret, int seconds) {
    int bounded = Math.max(LEAST_SECONDS, Math.min(MOST_SECONDS, seconds)) - MARGIN_SECONDS;
    return new Token(secret, System.nanoTime() + TimeUnit.SECONDS.toNanos(bounded));
  }

  private URI realm(String text, URI from) throws HubException {
    URI realm;
    try {
      realm = URI.create(text);
    } catch (IllegalArgumentException e) {
      throw refused("something else", from);
    }
    boolean plain = "http".equals(realm.getScheme());
    if (!plain && !"https".equals(realm.getScheme())) {
      throw refused("another scheme", from);
    }
    if (realm.getHost() == null
        || realm.getRawUserInfo() != null
        || realm.getRawFragment() != null) {
      throw refused("an address with a user, a fragment or no host", from);
    }
    boolean allowed =
        settings.plainHttp()
            && (OciSettings.isLoopback(realm.getHost())
                || realm.getHost().equalsIgnoreCase(from.getHost()));
    if (plain && !allowed) {
      throw refused(Wire.show(realm), from);
    }
    return realm;
  }

  private static HubException refused(String found, URI from) {
    return new HubException.Denied(
        "token server of the registry", "an https address", found, Wire.show(from));
  }

  private static Call ask(URI realm, String service, String scopes, Credential credential) {
    StringBuilder query = new StringBuilder();
    if (realm.getRawQuery() != null) {
      query.append(realm.getRawQuery()).append('&');
    }
    query.append("service=").append(encode(service));
    for (String scope : scopes.strip().split("\\s+")) {
      query.append("&scope=").append(encode(scope));
    }
    if (credential instanceof Credential.Password password) {
      query.append("&account=").append(encode(password.user()));
    }
    String address = realm.toString();
    int end = address.indexOf('?');
    return Call.get(URI.create((end < 0 ? address : address.substring(0, end)) + "?" + query));
  }

  private static Call exchange(
      URI realm, String service, String scopes, Credential.Identity identity) {
    String form =
        "grant_type=refresh_token&client_id="
            + CLIENT
            + "&service="
            + encode(service)
            + "&scope="
            + encode(scopes)
            + "&refresh_token="
            + encode(identity.token().reveal());
    return Call.text("POST", realm, "application/x-www-form-urlencoded", form);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** Tells a token server, and no other, who asks. */
  private record Identification(Credential credential) implements Dialect {
    @Override
    public Optional<String> authorization(Call call) {
      return credential instanceof Credential.Password password
          ? Optional.of(password.basic().after("Basic"))
          : Optional.empty();
    }

    @Override
    public boolean learns(Call call, Reply reply) {
      return false;
    }

    @Override
    public HubException refusal(Reply reply, String what) {
      String found = "" + reply.status();
      return RegistryDialect.byStatus(reply.status(), what, found, Wire.show(reply.uri()));
    }

    @Override
    public String redact(String text) {
      return credential.redact(text);
    }
  }
}
