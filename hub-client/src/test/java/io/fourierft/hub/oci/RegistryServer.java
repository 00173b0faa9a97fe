package io.fourierft.hub.oci;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fourierft.hub.http.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * A registry on loopback. Under the name {@code localhost} it is another host, where no credentials
 * may arrive.
 */
final class RegistryServer implements AutoCloseable {
  // Of a form that SecretsAudit looks for in what the tests write.
  static final String USER = "robot$ci";
  static final String PASSWORD = "hf_registryPassword0123456789";
  static final String IDENTITY = "hf_registryIdentity0123456789";
  static final String TOKEN = "hf_registryToken0123456789";

  /** Answers a request in the place of the server. */
  interface Fault {
    /** Tells whether the request is answered. */
    boolean answer(HttpExchange exchange) throws IOException;
  }

  private record Armed(Predicate<String> request, AtomicInteger times, Fault fault) {}

  /** How the server wants to be told who asks. */
  enum Guard {
    NONE,
    BASIC,
    BEARER
  }

  final List<String> seen = Collections.synchronizedList(new ArrayList<>());
  final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private final Queue<Armed> faults = new ConcurrentLinkedQueue<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;
  final RegistryRoutes routes = new RegistryRoutes(this);
  Guard guard = Guard.NONE;
  String realm = "";
  volatile String token = TOKEN;

  RegistryServer() throws IOException {
    System.setProperty("sun.net.httpserver.nodelay", "true");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
    realm = "http://" + address() + "/token";
  }

  String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** The same server under another name. */
  String elsewhere() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  /** Lets a fault answer the next requests whose method and target match an expression. */
  void fault(String expression, int times, Fault fault) {
    faults.add(new Armed(text -> text.matches(expression), new AtomicInteger(times), fault));
  }

  long count(String expression) {
    synchronized (seen) {
      return seen.stream().filter(line -> line.matches(expression)).count();
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
      String authorization = exchange.getRequestHeaders().getFirst("Authorization");
      seen.add(request + (authorization == null ? "" : " A"));
      String host = exchange.getRequestHeaders().getFirst("Host");
      if (authorization != null && !host.equals(address())) {
        wrong.add("credentials sent to " + host + " for " + request);
      }
      for (Armed armed : faults) {
        if (armed.request().test(request)
            && armed.times().getAndDecrement() > 0
            && armed.fault().answer(exchange)) {
          return;
        }
      }
      if (exchange.getRequestURI().getPath().equals("/token")) {
        giveToken(exchange, authorization);
      } else if (host.equals(address()) && !isKnown(authorization)) {
        challenge(exchange);
      } else {
        routes.serve(exchange);
      }
    } catch (RuntimeException e) {
      wrong.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + e);
      throw e;
    }
  }

  static String basic() {
    byte[] pair = (USER + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }

  private boolean isKnown(String authorization) {
    return switch (guard) {
      case NONE -> true;
      case BASIC -> basic().equals(authorization);
      case BEARER -> ("Bearer " + token).equals(authorization);
    };
  }

  private void challenge(HttpExchange exchange) throws IOException {
    String value =
        guard == Guard.BASIC
            ? "Basic realm=\"registry\""
            : "Bearer realm=\"" + realm + "\",service=\"registry.test\"";
    exchange.getResponseHeaders().set("WWW-Authenticate", value);
    error(exchange, 401, "UNAUTHORIZED");
  }

  private void giveToken(HttpExchange exchange, String authorization) throws IOException {
    String form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    if (form.startsWith("grant_type=refresh_token&") && form.endsWith("=" + IDENTITY)) {
      send(exchange, 200, "application/json", Json.object().put("access_token", token));
    } else if (basic().equals(authorization)) {
      send(exchange, 200, "application/json", Json.object().put("token", token));
    } else {
      error(exchange, 401, "UNAUTHORIZED");
    }
  }

  boolean error(HttpExchange exchange, int status, String code) throws IOException {
    ObjectNode json = Json.object();
    json.putArray("errors").addObject().put("code", code).put("message", "status " + status);
    return send(exchange, status, "application/json", json);
  }

  boolean send(HttpExchange exchange, int status, String type, ObjectNode json) throws IOException {
    return bytes(exchange, status, type, json.toString().getBytes(StandardCharsets.UTF_8));
  }

  boolean empty(HttpExchange exchange, int status) throws IOException {
    exchange.getRequestBody().readAllBytes();
    exchange.sendResponseHeaders(status, -1);
    return true;
  }

  boolean bytes(HttpExchange exchange, int status, String type, byte[] bytes) throws IOException {
    exchange.getRequestBody().readAllBytes();
    exchange.getResponseHeaders().set("Content-Type", type);
    boolean head = exchange.getRequestMethod().equals("HEAD");
    if (head) {
      exchange.getResponseHeaders().set("Content-Length", "" + bytes.length);
    }
    exchange.sendResponseHeaders(status, head || bytes.length == 0 ? -1 : bytes.length);
    if (!head && bytes.length > 0) {
      exchange.getResponseBody().write(bytes);
    }
    return true;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
