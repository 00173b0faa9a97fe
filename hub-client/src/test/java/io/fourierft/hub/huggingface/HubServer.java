package io.fourierft.hub.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fourierft.hub.http.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * A hub on loopback that the official clients accept. Files in large file storage are served under
 * another host name, where the token must not arrive.
 */
final class HubServer implements AutoCloseable {
  static final String TOKEN = "hf_secretTestToken0123456789";

  /** Answers a request in the place of the server. */
  interface Fault {
    /** Tells whether the request is answered. */
    boolean answer(HubServer server, HttpExchange exchange) throws IOException;
  }

  /** A request that arrived. */
  record Seen(String method, String target, boolean authorized, String host) {
    @Override
    public String toString() {
      return method + " " + target + (authorized ? " A" : "");
    }
  }

  private record Armed(Predicate<String> target, AtomicInteger times, Fault fault) {}

  final Map<String, HubRepo> repos = new ConcurrentHashMap<>();
  final Map<String, byte[]> store = new ConcurrentHashMap<>();
  final List<Seen> seen = java.util.Collections.synchronizedList(new ArrayList<>());
  final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private final Queue<Armed> faults = new ConcurrentLinkedQueue<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;
  private final HubRoutes routes = new HubRoutes(this);
  int pageSize = 1000;
  int chunkSize;

  HubServer() throws IOException {
    // Else each answer waits 40 ms for the acknowledgement of its header.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** The same server under another name. */
  String elsewhere() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  /** Lets a fault answer the next requests whose target holds a text. */
  void fault(String part, int times, Fault fault) {
    faults.add(new Armed(target -> target.contains(part), new AtomicInteger(times), fault));
  }

  List<String> requests() {
    synchronized (seen) {
      return seen.stream().map(Seen::toString).toList();
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      URI uri = exchange.getRequestURI();
      String host = exchange.getRequestHeaders().getFirst("Host");
      String authorization = exchange.getRequestHeaders().getFirst("Authorization");
      boolean authorized = ("Bearer " + TOKEN).equals(authorization);
      seen.add(new Seen(exchange.getRequestMethod(), uri.toString(), authorized, host));
      if (authorization != null && !host.startsWith("127.0.0.1")) {
        wrong.add("token sent to " + host + uri);
      }
      for (Armed armed : faults) {
        if (armed.target().test(uri.toString())
            && armed.times().getAndDecrement() > 0
            && armed.fault().answer(this, exchange)) {
          return;
        }
      }
      routes.serve(exchange, authorized);
    } catch (RuntimeException | IOException e) {
      wrong.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + e);
      throw e;
    }
  }

  static String decode(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  static JsonNode json(HttpExchange exchange) throws IOException {
    byte[] bytes = exchange.getRequestBody().readAllBytes();
    return bytes.length == 0 ? Json.object() : Json.parse(bytes, "body", "test server");
  }

  void send(HttpExchange exchange, int status, JsonNode json) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    bytes(exchange, status, json.toString().getBytes(StandardCharsets.UTF_8));
  }

  void error(HttpExchange exchange, int status, String code) throws IOException {
    if (!code.isEmpty()) {
      exchange.getResponseHeaders().set("X-Error-Code", code);
    }
    send(exchange, status, Json.object().put("error", "status " + status));
  }

  void redirect(HttpExchange exchange, int status, String location) throws IOException {
    exchange.getResponseHeaders().set("Location", location);
    exchange.sendResponseHeaders(status, -1);
  }

  void bytes(HttpExchange exchange, int status, byte[] bytes) throws IOException {
    boolean head = exchange.getRequestMethod().equals("HEAD");
    if (head) {
      exchange.getResponseHeaders().set("Content-Length", "" + bytes.length);
    }
    exchange.sendResponseHeaders(status, head || bytes.length == 0 ? -1 : bytes.length);
    if (!head && bytes.length > 0) {
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(bytes);
      }
    }
  }

  /** Sends a file, or the part of it that was asked for. */
  void content(HttpExchange exchange, byte[] bytes) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    exchange.getResponseHeaders().set("Accept-Ranges", "bytes");
    if (range == null) {
      bytes(exchange, 200, bytes);
      return;
    }
    String[] ends = range.substring("bytes=".length()).split("-", -1);
    int from = Integer.parseInt(ends[0]);
    int to =
        ends[1].isEmpty() ? bytes.length : Math.min(bytes.length, Integer.parseInt(ends[1]) + 1);
    if (from >= bytes.length) {
      error(exchange, 416, "");
      return;
    }
    exchange
        .getResponseHeaders()
        .set("Content-Range", "bytes " + from + "-" + (to - 1) + "/" + bytes.length);
    bytes(exchange, 206, java.util.Arrays.copyOfRange(bytes, from, to));
  }

  ObjectNode object() {
    return Json.object();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
