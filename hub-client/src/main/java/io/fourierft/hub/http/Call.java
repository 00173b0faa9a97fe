package io.fourierft.hub.http;

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
public record Call(
    String method, URI uri, Map<String, String> headers, BodyPublisher body, boolean repeatable) {
  /**
   * A request for what lies at an address.
   *
   * @param uri where to
   * @return the request
   */
  public static Call get(URI uri) {
    return empty("GET", uri);
  }

  /**
   * A request without a body.
   *
   * @param method the HTTP method
   * @param uri where to
   * @return the request
   */
  public static Call empty(String method, URI uri) {
    return new Call(method, uri, Map.of(), BodyPublishers.noBody(), true);
  }

  /**
   * A request to keep bytes at an address.
   *
   * @param uri where to
   * @param body the bytes
   * @return the request
   */
  public static Call put(URI uri, BodyPublisher body) {
    return new Call("PUT", uri, Map.of(), body, true);
  }

  /**
   * A request with JSON.
   *
   * @param method the HTTP method
   * @param uri where to
   * @param json the text
   * @return the request
   */
  public static Call json(String method, URI uri, String json) {
    return text(method, uri, "application/json", json);
  }

  /**
   * A request with a text.
   *
   * @param method the HTTP method
   * @param uri where to
   * @param type the media type of the text
   * @param text the text
   * @return the request
   */
  public static Call text(String method, URI uri, String type, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new Call(
        method, uri, Map.of("Content-Type", type), BodyPublishers.ofByteArray(bytes), true);
  }

  /**
   * Adds a header or replaces it.
   *
   * @param name its name
   * @param value its value
   * @return the changed request
   */
  public Call with(String name, String value) {
    Map<String, String> more = new TreeMap<>(headers);
    more.put(name, value);
    return new Call(method, uri, Map.copyOf(more), body, repeatable);
  }

  /**
   * The same request, sent only once: when its answer is lost, nobody knows what became of it.
   *
   * @return the changed request
   */
  public Call once() {
    return new Call(method, uri, headers, body, false);
  }
}
