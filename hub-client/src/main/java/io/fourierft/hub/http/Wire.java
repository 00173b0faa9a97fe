package io.fourierft.hub.http;

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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends requests: follows redirects by hand, identifies the caller to the origin of the endpoint
 * only, and tries again what may succeed later.
 */
public final class Wire implements AutoCloseable {
  /** Waits between two tries. */
  public interface Pause {
    /** Sleeps. */
    Pause SLEEP = duration -> Thread.sleep(duration.toMillis());

    /**
     * Waits.
     *
     * @param duration how long
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    void of(Duration duration) throws InterruptedException;
  }

  /** How often a request is sent at most. */
  public static final int TRIES = 5;

  private static final int MAX_HOPS = 20;
  private static final Pattern NEXT = Pattern.compile("<([^>]*)>\\s*;\\s*rel=\"?next\"?");
  private static final Set<Integer> PASSING = Set.of(408, 429, 500, 502, 503, 504);
  private static final Logger LOG = LoggerFactory.getLogger(Wire.class);

  private final URI endpoint;
  private final Dialect dialect;
  private final Duration timeout;
  private final Pause pause;
  private final HttpClient client;
  private final ScheduledThreadPoolExecutor clock;

  /**
   * Opens no connection yet.
   *
   * @param endpoint the address of the hub; its scheme, host and port are its origin
   * @param dialect how the hub is told who asks, and what its refusals mean
   * @param timeout the longest silence before an answer and within it
   * @param pause how to wait between two tries
   */
  public Wire(URI endpoint, Dialect dialect, Duration timeout, Pause pause) {
    this.endpoint = endpoint;
    this.dialect = dialect;
    this.timeout = timeout;
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

  /**
   * Sends a call; a reply that tells of a fault becomes an exception.
   *
   * @param call the call
   * @param what what is asked for
   * @return a reply of success, to be closed
   * @throws IOException if there is no such reply
   */
  public Reply require(Call call, String what) throws IOException {
    Reply reply = send(call);
    if (reply.isGood()) {
      return reply;
    }
    throw refusal(reply, what);
  }

  /**
   * The exception that a bad reply stands for.
   *
   * @param reply the reply, which is closed
   * @param what what was asked for
   * @return the exception to throw
   * @throws IOException if the reply cannot be read
   */
  public HubException refusal(Reply reply, String what) throws IOException {
    try (reply) {
      return dialect.refusal(reply, what);
    }
  }

  /**
   * Sends a call, again if it failed in a way that may pass.
   *
   * @param call the call
   * @return the reply, whatever its status, to be closed
   * @throws IOException if there is none
   */
  public Reply send(Call call) throws IOException {
    for (int attempt = 1; ; attempt++) {
      boolean last = attempt == TRIES || !call.repeatable();
      try {
        Reply reply = identified(call);
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

  /** A call that was refused for want of the caller's name was not carried out: once more. */
  private Reply identified(Call call) throws IOException {
    Reply reply = follow(call);
    if (reply.status() != 401 || !isOwn(reply.uri()) || !dialect.learns(call, reply)) {
      return reply;
    }
    reply.close();
    return follow(call);
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
        new HubException.Failed("request", "an answer", dialect.redact(reason), show(call.uri()));
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
    if (isOwn(uri)) {
      dialect.authorization(call).ifPresent(value -> request.header("Authorization", value));
    }
    try {
      return client.send(request.build(), BodyHandlers.ofInputStream());
    } catch (InterruptedException e) {
      throw interrupted(e);
    } catch (IllegalArgumentException e) {
      throw new HubException.Failed("request", "an address", show(uri), show(call.uri()));
    }
  }

  /**
   * Tells whether an address is on the origin of the endpoint.
   *
   * @param uri the address
   * @return whether scheme, host and port are the endpoint's
   */
  public boolean isOwn(URI uri) {
    return endpoint.getScheme().equals(uri.getScheme())
        && endpoint.getHost().equalsIgnoreCase(uri.getHost())
        && port(endpoint) == port(uri);
  }

  /**
   * Tells whether an address may do without encryption, as the endpoint itself does.
   *
   * @param uri the address
   * @return whether both have the scheme {@code http}
   */
  public boolean allowsPlain(URI uri) {
    return "http".equals(uri.getScheme()) && "http".equals(endpoint.getScheme());
  }

  private static int port(URI uri) {
    if (uri.getPort() >= 0) {
      return uri.getPort();
    }
    return "https".equals(uri.getScheme()) ? 443 : 80;
  }

  /**
   * The address of the next page, which must be on the same server.
   *
   * @param reply a page
   * @return the address in its Link header, if there is one
   * @throws HubException if it is none, or elsewhere
   */
  public Optional<URI> next(Reply reply) throws HubException {
    Matcher link = NEXT.matcher(reply.header("Link").orElse(""));
    if (!link.find()) {
      return Optional.empty();
    }
    URI uri;
    try {
      uri = reply.uri().resolve(link.group(1));
    } catch (IllegalArgumentException e) {
      throw new HubException.Corrupt(
          "next page", "an address", "something else", Wire.show(reply.uri()));
    }
    if (!isOwn(uri)) {
      throw new HubException.Denied(
          "next page", "one on the same server", Wire.show(uri), Wire.show(reply.uri()));
    }
    return Optional.of(uri);
  }

  /**
   * An address without its query, which may hold a signature.
   *
   * @param uri the address
   * @return its text, fit for messages
   */
  public static String show(URI uri) {
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    return uri.getScheme() + "://" + uri.getHost() + port + uri.getRawPath();
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
