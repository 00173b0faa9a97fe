package io.fourierft.hub.huggingface;

import java.net.URI;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * A request that can be sent more than once.
 *
 * @param method the HTTP method
 * @param uri where to
 * @param headers its headers, without the one that identifies the caller
 * @param body its body
 * @param repeatable whether it may be sent again when it is not known what became of it
 */
record Call(
    String method, URI uri, Map<String, String> headers, BodyPublisher body, boolean repeatable) {
  static Call get(URI uri) {
    return new Call("GET", uri, Map.of(), BodyPublishers.noBody(), true);
  }

  static Call put(URI uri, BodyPublisher body) {
    return new Call("PUT", uri, Map.of(), body, true);
  }

  static Call json(String method, URI uri, String json) {
    return text(method, uri, "application/json", json);
  }

  static Call text(String method, URI uri, String type, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new Call(
        method, uri, Map.of("Content-Type", type), BodyPublishers.ofByteArray(bytes), true);
  }

  Call with(String name, String value) {
    Map<String, String> more = new TreeMap<>(headers);
    more.put(name, value);
    return new Call(method, uri, Map.copyOf(more), body, repeatable);
  }

  /** The same call, never sent twice. */
  Call once() {
    return new Call(method, uri, headers, body, false);
  }
}
