package io.fourierft.hub.huggingface;

import io.fourierft.hub.HubException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends requests: follows redirects by hand, gives the token to the origin of the endpoint only,
 * and tries again what may succeed later.
 */
final class Wire implements AutoCloseable {
  /** Waits between two tries. */
  interface Pause {
    void of(Duration duration) throws InterruptedException;
  }

  static final int TRIES = 5;

  private static final int MAX_HOPS = 20;
  private static final Set<Integer> PASSING = Set.of(408, 429, 500, 502, 503, 504);
  private static final Logger LOG = LoggerFactory.getLogger(Wire.class);

  private final URI endpoint;
  private final Secret token;
  private final Duration timeout;
  private final Pause pause;
  private final HttpClient client;
  private final ScheduledThreadPoolExecutor clock;

  Wire(HuggingFaceSettings settings, Pause pause) {
    this.endpoint = settings.endpoint();
    this.token = settings.token();
    this.timeout = settings.timeout();
    this.pause = pause;
    this.client =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(timeout)
            .build();
    this.clock =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = Executors.defaultThreadFactory().newThread(task);
              thread.setName("fourierft-hub-timeouts");
              thread.setDaemon(true);
              return thread;
            });
    clock.setRemoveOnCancelPolicy(true);
  }

  /** Sends a call; a reply that tells of a fault becomes an exception. */
  Reply require(Call call, String what) throws IOException {
    Reply reply = send(call);
    if (reply.isGood()) {
      return reply;
    }
    throw refusal(reply, what);
  }

  /** The exception that a bad reply stands for. */
  HubException refusal(Reply reply, String what) throws IOException {
    try (reply) {
      return Refusals.read(reply, what, token);
    }
  }

  /** Sends a call, again if it failed in a way that may pass. */
  Reply send(Call call) throws IOException {
    for (int attempt = 1; ; attempt++) {
      boolean last = attempt == TRIES || !call.repeatable();
      try {
        Reply reply = follow(call);
        if (last || !PASSING.contains(reply.status())) {
          return reply;
        }
        Duration delay = Delays.after(reply, attempt);
        if (delay.compareTo(Delays.LONGEST) > 0) {
          return reply;
        }
        reply.close();
        LOG.info("{} answered {}, next try in {}", show(reply.uri()), reply.status(), delay);
        rest(delay);
      } catch (HubException e) {
        throw e;
      } catch (IOException e) {
        if (last) {
          throw unreachable(e, call);
        }
        LOG.info("{} failed ({}), trying again", show(call.uri()), e.toString());
        rest(Delays.backOff(attempt));
      }
    }
  }

  private void rest(Duration delay) throws HubException {
    try {
      pause.of(delay);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private HubException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    HubException told =
        new HubException.Failed("request", "an answer", "an interruption", show(endpoint));
    told.initCause(e);
    return told;
  }

  private HubException unreachable(IOException e, Call call) {
    String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    HubException told =
        new HubException.Failed("request", "an answer", token.redact(reason), show(call.uri()));
    told.initCause(e);
    return told;
  }

  private Reply follow(Call call) throws IOException {
    URI uri = call.uri();
    Optional<HttpHeaders> first = Optional.empty();
    for (int hop = 0; hop <= MAX_HOPS; hop++) {
      HttpResponse<InputStream> response = exchange(call, uri);
      first = Optional.of(first.orElse(response.headers()));
      Optional<String> location = response.headers().firstValue("Location");
      if (!Redirects.isOne(response.statusCode()) || location.isEmpty()) {
        InputStream body = new PatientStream(response.body(), clock, timeout);
        return new Reply(response.statusCode(), uri, response.headers(), first.get(), body);
      }
      response.body().close();
      boolean kept = Redirects.keepMethod(response.statusCode()) && isOwn(uri);
      URI to = Redirects.next(uri, location.get());
      Redirects.requireRepeatable(call, uri, to, kept && isOwn(to));
      uri = to;
    }
    throw new HubException.Failed("redirects", MAX_HOPS + " at most", "more", show(call.uri()));
  }

  private HttpResponse<InputStream> exchange(Call call, URI uri) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .method(call.method(), call.body())
            .timeout(timeout)
            .header("User-Agent", "fourierft; java/" + Runtime.version().feature())
            .header("Accept-Encoding", "identity");
    call.headers().forEach(request::header);
    if (token.isPresent() && isOwn(uri)) {
      request.header("Authorization", token.bearer());
    }
    try {
      return client.send(request.build(), BodyHandlers.ofInputStream());
    } catch (InterruptedException e) {
      throw interrupted(e);
    } catch (IllegalArgumentException e) {
      throw new HubException.Failed("request", "an address", show(uri), show(call.uri()));
    }
  }

  /** Tells whether an address is on the origin of the endpoint. */
  boolean isOwn(URI uri) {
    return endpoint.getScheme().equals(uri.getScheme())
        && endpoint.getHost().equalsIgnoreCase(uri.getHost())
        && port(endpoint) == port(uri);
  }

  /** Tells whether an address may do without encryption, as the endpoint itself does. */
  boolean allowsPlain(URI uri) {
    return "http".equals(uri.getScheme()) && "http".equals(endpoint.getScheme());
  }

  private static int port(URI uri) {
    if (uri.getPort() >= 0) {
      return uri.getPort();
    }
    return "https".equals(uri.getScheme()) ? 443 : 80;
  }

  /** An address without its query, which may hold a signature. */
  static String show(URI uri) {
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    return uri.getScheme() + "://" + uri.getHost() + port + uri.getRawPath();
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
