package io.fourierft.hub.oci;

import com.fasterxml.jackson.databind.JsonNode;
import io.fourierft.hub.HubException;
import io.fourierft.hub.http.Call;
import io.fourierft.hub.http.Dialect;
import io.fourierft.hub.http.Json;
import io.fourierft.hub.http.Reply;
import io.fourierft.hub.http.Wire;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Meets the challenges of a registry: a name and a password where it asks for them, else a token
 * that the token server it names gives out for one repository and one kind of work.
 */
final class RegistryDialect implements Dialect {
  private static final Pattern NAME =
      Pattern.compile("/v2/(.+)/(?:manifests|blobs|tags|referrers)/[^?]*");
  private static final int MAX_BYTES = 1 << 16;
  private static final int MAX_TOKENS = 1000;

  private final OciSettings settings;
  private final TokenServer server;
  private final Map<String, TokenServer.Token> tokens = new ConcurrentHashMap<>();
  private volatile boolean basic;
  private volatile Credential credential = new Credential.None();
  private volatile boolean sought;

  RegistryDialect(OciSettings settings, Wire.Pause pause) {
    this.settings = settings;
    this.server = new TokenServer(settings, pause);
  }

  private Credential credential() throws IOException {
    if (!sought) {
      credential = settings.credential();
      sought = true;
    }
    return credential;
  }

  @Override
  public Optional<String> authorization(Call call) throws IOException {
    if (basic && credential() instanceof Credential.Password password) {
      return Optional.of(password.basic().after("Basic"));
    }
    TokenServer.Token token = tokens.get(scope(call));
    return token == null || token.isOver()
        ? Optional.empty()
        : Optional.of(token.secret().bearer());
  }

  @Override
  public boolean learns(Call call, Reply reply) throws IOException {
    List<Challenge> challenges = Challenge.parse(reply.headers().allValues("WWW-Authenticate"));
    for (Challenge challenge : challenges) {
      if (challenge.scheme().equals("bearer")) {
        if (tokens.size() >= MAX_TOKENS) {
          tokens.clear();
        }
        String scope = scope(call);
        tokens.put(scope, server.token(challenge, scope, credential(), reply.uri()));
        return true;
      }
    }
    boolean asked = challenges.stream().anyMatch(challenge -> challenge.scheme().equals("basic"));
    if (asked && !basic && credential() instanceof Credential.Password) {
      basic = true;
      return true;
    }
    return false;
  }

  /** What a call needs, in the words of token servers. */
  static String scope(Call call) {
    Matcher name = NAME.matcher(call.uri().getRawPath());
    if (!name.matches()) {
      return "registry:catalog:*";
    }
    String actions =
        switch (call.method()) {
          case "GET", "HEAD" -> "pull";
          case "DELETE" -> "delete";
          default -> "pull,push";
        };
    return "repository:" + name.group(1) + ":" + actions;
  }

  @Override
  public String redact(String text) {
    String clean = credential.redact(text);
    for (TokenServer.Token token : tokens.values()) {
      clean = token.secret().redact(clean);
    }
    return clean;
  }

  @Override
  public HubException refusal(Reply reply, String what) throws IOException {
    JsonNode error = error(reply);
    String code = redact(error.path("code").asText(""));
    String message = redact(error.path("message").asText(""));
    String found = (reply.status() + " " + code + " " + message).strip();
    String where = Wire.show(reply.uri());
    return switch (code) {
      case "MANIFEST_UNKNOWN", "NAME_UNKNOWN", "BLOB_UNKNOWN" ->
          new HubException.NotFound(what, "to exist", found, where);
      case "UNAUTHORIZED" -> new HubException.Denied(what, "valid credentials", found, where);
      case "DENIED" -> new HubException.Denied(what, "permission", found, where);
      case "UNSUPPORTED" ->
          new HubException.Unsupported(what, "a registry that can do it", found, where);
      default -> byStatus(reply.status(), what, found, where);
    };
  }

  static HubException byStatus(int status, String what, String found, String where) {
    return switch (status) {
      case 401 -> new HubException.Denied(what, "valid credentials", found, where);
      case 402, 403 -> new HubException.Denied(what, "permission", found, where);
      case 404, 410 -> new HubException.NotFound(what, "to exist", found, where);
      case 405, 501 ->
          new HubException.Unsupported(what, "a registry that can do it", found, where);
      case 409, 412 -> new HubException.Conflict(what, "no change meanwhile", found, where);
      case 413 -> new HubException.TooLarge(what, "a size that the registry takes", found, where);
      case 507 -> new HubException.NoSpace(what, "room", found, where);
      default -> new HubException.Failed(what, "success", found, where);
    };
  }

  /** The first error of the body; an empty object where it tells of none. */
  private static JsonNode error(Reply reply) throws IOException {
    try {
      byte[] bytes = reply.body().readNBytes(MAX_BYTES);
      return Json.parse(bytes, "error", Wire.show(reply.uri())).path("errors").path(0);
    } catch (IOException e) {
      // Cut off, or no JSON: a proxy may have answered. The status says enough.
      return Json.object();
    }
  }
}
