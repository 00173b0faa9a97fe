package io.fourierft.hub.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import io.fourierft.hub.HubException;
import io.fourierft.hub.http.Call;
import io.fourierft.hub.http.Dialect;
import io.fourierft.hub.http.Json;
import io.fourierft.hub.http.Reply;
import io.fourierft.hub.http.Secret;
import io.fourierft.hub.http.Wire;
import java.io.IOException;
import java.util.Optional;

/** Identifies the caller by a token, and tells what the errors of a server mean. */
final class TokenDialect implements Dialect {
  private static final int MAX_BYTES = 1 << 16;
  private static final String BAD_TOKEN = "Invalid credentials in Authorization header";

  private final Secret token;

  TokenDialect(Secret token) {
    this.token = token;
  }

  @Override
  public Optional<String> authorization(Call call) {
    return token.isPresent() ? Optional.of(token.bearer()) : Optional.empty();
  }

  @Override
  public boolean learns(Call call, Reply reply) {
    return false;
  }

  @Override
  public String redact(String text) {
    return token.redact(text);
  }

  @Override
  public HubException refusal(Reply reply, String what) throws IOException {
    String code = reply.header("X-Error-Code").orElse("");
    String message = token.redact(message(reply));
    String where =
        Wire.show(reply.uri())
            + reply.header("X-Request-Id").map(id -> ", request " + token.redact(id)).orElse("");
    String found = reply.status() + (message.isEmpty() ? "" : " " + message);
    return switch (code) {
      case "RepoNotFound" -> absent(what, found, where);
      case "RevisionNotFound", "EntryNotFound" ->
          new HubException.NotFound(what, "to exist", found, where);
      case "GatedRepo" -> new HubException.Denied(what, "access to the gated files", found, where);
      default -> byStatus(reply.status(), what, found, where, message);
    };
  }

  private static HubException absent(String what, String found, String where) {
    String shown = found + "; missing, or private and not open to this token";
    return new HubException.NotFound(what, "a repository", shown, where);
  }

  private static HubException byStatus(
      int status, String what, String found, String where, String message) {
    return switch (status) {
      case 401 ->
          message.contains(BAD_TOKEN) || !where.contains("/api/models/")
              ? new HubException.Denied(what, "a valid token", found, where)
              : absent(what, found, where);
      case 402, 403 -> new HubException.Denied(what, "permission", found, where);
      case 404, 410 -> new HubException.NotFound(what, "to exist", found, where);
      case 409, 412 -> new HubException.Conflict(what, "no change meanwhile", found, where);
      case 413 -> new HubException.TooLarge(what, "a size that the server takes", found, where);
      case 501 -> new HubException.Unsupported(what, "a server that can do it", found, where);
      case 507 -> new HubException.NoSpace(what, "room", found, where);
      default -> new HubException.Failed(what, "success", found, where);
    };
  }

  private static String message(Reply reply) throws IOException {
    Optional<String> header = reply.header("X-Error-Message");
    if (header.isPresent()) {
      return header.get();
    }
    byte[] bytes;
    try {
      bytes = reply.body().readNBytes(MAX_BYTES);
    } catch (IOException e) {
      // The status says enough when the explanation is cut off.
      return "";
    }
    try {
      JsonNode json = Json.parse(bytes, "error", Wire.show(reply.uri()));
      String error = json.path("error").asText("");
      String inner = json.path("errors").path(0).path("message").asText("");
      return !error.isEmpty() ? error : !inner.isEmpty() ? inner : json.path("message").asText("");
    } catch (HubException.Corrupt e) {
      // No JSON: a proxy may have answered. Its page is of no use in one line.
      return "";
    }
  }
}
