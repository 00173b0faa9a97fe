package io.fourierft.hub.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.sun.net.httpserver.HttpExchange;
import io.fourierft.hub.FetchOptions;
import io.fourierft.hub.HubException;
import io.fourierft.hub.Publication;
import io.fourierft.hub.RepoId;
import io.fourierft.hub.http.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class HuggingFaceFaultsTest {
  private static final RepoId REPO = RepoId.parse("acme/reviews");
  private static final int SIZE = 300_000;

  @TempDir Path directory;
  private final List<Duration> pauses = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch over = new CountDownLatch(1);
  private HubServer server;
  private HuggingFaceHub hub;

  @BeforeEach
  void start() throws IOException {
    server = new HubServer();
    HuggingFaceSettings settings =
        HuggingFaceSettings.fromEnvironment(Map.of("HF_TOKEN", HubServer.TOKEN), directory)
            .withEndpoint(server.url())
            .withCache(directory.resolve("cache"))
            .withTimeout(Duration.ofSeconds(1));
    hub = HuggingFaceHub.open(settings, pauses::add);
    hub.publish(REPO, publication());
    server.seen.clear();
  }

  @AfterEach
  void stop() {
    over.countDown();
    hub.close();
    server.close();
    assertThat(server.wrong).isEmpty();
  }

  private Publication publication() throws IOException {
    byte[] bytes = new byte[SIZE];
    new Random(7).nextBytes(bytes);
    return Publication.builder()
        .file("a.safetensors", Files.write(directory.resolve("weights"), bytes))
        .file("config.json", Files.writeString(directory.resolve("config"), "{}"))
        .build();
  }

  private Path fetch() throws IOException {
    return hub.fetch(REPO, "main", FetchOptions.defaults());
  }

  private void requireFetched() throws IOException {
    assertThat(fetch().resolve("a.safetensors"))
        .hasSameBinaryContentAs(directory.resolve("weights"));
  }

  private void refuses(Class<? extends HubException> kind, String part, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(kind)
        .hasMessageContaining(part)
        .hasMessageMatching("[^\n]+ expected [^\n]+ but found [^\n]+ \\([^\n]+\\)")
        .hasMessageNotContaining(HubServer.TOKEN);
    Path blobs = directory.resolve("cache/models--acme--reviews/blobs");
    if (Files.exists(blobs)) {
      assertThat(blobs).isDirectoryNotContaining("glob:**.incomplete");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "429, Retry-After, 7, 7",
    "503, Retry-After, 3, 3",
    "429, RateLimit, '\"api\";r=0;t=55', 56",
    "500, X-Nothing, 1, 1",
    "408, Retry-After, soon, 1"
  })
  void busyServersAreAskedAgainWhenTheySay(int status, String name, String value, long seconds)
      throws IOException {
    server.fault(
        "/tree/",
        1,
        (hub, exchange) -> {
          exchange.getResponseHeaders().set(name, value);
          hub.error(exchange, status, "");
          return true;
        });

    requireFetched();
    assertThat(pauses).containsExactly(Duration.ofSeconds(seconds));
  }

  @Test
  void serversThatStayBusyAreGivenUp() {
    server.fault("/tree/", 99, (hub, exchange) -> error(exchange, 503));

    refuses(HubException.Failed.class, "503", this::fetch);
    assertThat(pauses).containsExactly(seconds(1), seconds(2), seconds(4), seconds(8));
  }

  @Test
  void waitsThatAreTooLongAreTheCallersToMake() {
    server.fault(
        "/tree/",
        99,
        (hub, exchange) -> {
          exchange.getResponseHeaders().set("Retry-After", "86400");
          return error(exchange, 429);
        });

    refuses(HubException.Failed.class, "429", this::fetch);
    assertThat(pauses).isEmpty();
  }

  @Test
  void aCommitIsNeverSentTwice() throws IOException {
    server.fault("/commit/", 99, (hub, exchange) -> error(exchange, 503));
    Path other = Files.writeString(directory.resolve("other"), "other");
    Publication next = Publication.builder().file("other", other).build();

    refuses(HubException.Failed.class, "503", () -> hub.publish(REPO, next));
    assertThat(server.requests().stream().filter(line -> line.contains("/commit/"))).hasSize(1);
  }

  @Test
  void aConnectionCutInTheMiddleIsTakenUpWhereItBroke() throws IOException {
    server.fault("/cdn/", 2, (hub, exchange) -> cut(exchange, content(), 100_000));

    requireFetched();
    assertThat(server.requests().stream().filter(line -> line.contains("/cdn/"))).hasSize(3);
  }

  @Test
  void aServerThatIgnoresRangesSendsAllAgain() throws IOException {
    server.fault("/cdn/", 1, (hub, exchange) -> cut(exchange, content(), 100_000));
    server.fault(
        "/cdn/",
        1,
        (hub, exchange) -> {
          assertThat(exchange.getRequestHeaders().getFirst("Range")).startsWith("bytes=");
          hub.bytes(exchange, 200, content());
          return true;
        });

    requireFetched();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/revision/", "/tree/"})
  void answersThatAreCutOffAreAskedForAgain(String part) throws IOException {
    byte[] half = "{\"sha\":\"0123456789012345678901234567890123456789\"}".getBytes();
    server.fault(part, 2, (hub, exchange) -> cut(exchange, half, 20));
    requireFetched();

    server.fault(part, 99, (hub, exchange) -> cut(exchange, half, 20));
    refuses(
        HubException.Failed.class,
        "expected a whole answer but found a cut one",
        () -> hub.fetch(REPO, "main", FetchOptions.defaults().withCache(directory.resolve("new"))));
  }

  @Test
  void connectionsThatAlwaysBreakAreGivenUp() {
    server.fault("/cdn/", 99, (hub, exchange) -> cut(exchange, content(), 10));
    refuses(HubException.Corrupt.class, "cuts after", this::fetch);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, SIZE / 2, SIZE - 1})
  void wrongBytesOfTheRightSizeAreRefused(int at) {
    server.fault(
        "/cdn/",
        99,
        (hub, exchange) -> {
          byte[] bytes = content();
          bytes[at] ^= 1;
          hub.bytes(exchange, 200, bytes);
          return true;
        });
    refuses(HubException.Corrupt.class, "digest", this::fetch);
  }

  @Test
  void wrongBytesOfASmallFileAreRefused() {
    server.fault("/config.json", 99, (hub, exchange) -> bytes(exchange, "[]"));
    refuses(HubException.Corrupt.class, "digest", this::fetch);
  }

  @Test
  void moreBytesThanPromisedAreRefused() {
    server.fault(
        "/cdn/",
        99,
        (hub, exchange) -> {
          hub.bytes(exchange, 200, new byte[SIZE + 1]);
          return true;
        });
    refuses(HubException.Corrupt.class, "more", this::fetch);
  }

  @Test
  void theTokenStaysWithTheOwnOrigin() throws IOException {
    requireFetched();
    assertThat(server.seen)
        .filteredOn(seen -> seen.host().startsWith("localhost"))
        .isNotEmpty()
        .noneMatch(HubServer.Seen::authorized);
    assertThat(server.seen)
        .filteredOn(seen -> seen.host().startsWith("127.0.0.1"))
        .isNotEmpty()
        .allMatch(HubServer.Seen::authorized);
  }

  @Test
  void redirectLoopsEnd() {
    server.fault(
        "/tree/",
        99,
        (hub, exchange) -> {
          hub.redirect(exchange, 302, exchange.getRequestURI().toString());
          return true;
        });
    refuses(HubException.Failed.class, "20 at most", this::fetch);
    assertThat(server.requests()).hasSizeBetween(20, 23);
  }

  @ParameterizedTest
  @ValueSource(strings = {"file:///etc/passwd", "ftp://localhost/x", "http://user@localhost/x"})
  void redirectsToStrangeAddressesAreRefused(String location) {
    server.fault(
        "/cdn/",
        99,
        (hub, exchange) -> {
          hub.redirect(exchange, 302, location);
          return true;
        });
    refuses(HubException.Denied.class, "redirect expected", this::fetch);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../../../etc/passwd",
        "folder/../../../etc/passwd",
        "..\\..\\Windows\\evil",
        "folder\\..\\..\\evil",
        "/etc/passwd",
        "C:\\Windows\\System32\\evil",
        "C:/Windows/System32/evil",
        "D:relative\\evil",
        "\\\\attacker\\share\\evil",
        "\\evil",
        "folder/C:\\Windows\\evil",
        "folder/\\\\attacker\\share\\evil",
        "folder/\\evil",
        "nul",
        "a\u0000b",
        ""
      })
  void namesThatLeadElsewhereAreRefused(String path) {
    tree(1, path);
    refuses(HubException.Corrupt.class, "file list expected safe file names", this::fetch);
  }

  @Test
  void namesThatAreTooLongAreRefused() {
    tree(1, "x".repeat(300));
    refuses(HubException.Corrupt.class, "300 characters", this::fetch);
  }

  private void tree(int count, String path) {
    ArrayNode page = Json.object().putArray("page");
    for (int i = 0; i < count; i++) {
      page.addObject()
          .put("type", "file")
          .put("path", count == 1 ? path : path + i + "-" + System.nanoTime())
          .put("oid", "0".repeat(40))
          .put("size", 1);
    }
    server.fault("/tree/", 9999, (hub, exchange) -> page(exchange, page));
  }

  private boolean page(HttpExchange exchange, ArrayNode page) throws IOException {
    server.send(exchange, 200, page);
    return true;
  }

  @Test
  void aTreeWithAMillionEntriesIsRefusedInTime() {
    server.fault(
        "/tree/",
        9999,
        (hub, exchange) -> {
          ArrayNode page = Json.object().putArray("page");
          for (int i = 0; i < 10_000; i++) {
            page.addObject().put("path", "f" + System.nanoTime() + "-" + i).put("size", 1);
            ((com.fasterxml.jackson.databind.node.ObjectNode) page.get(i))
                .put("oid", "0".repeat(40));
          }
          String next = hub.url() + "/api/models/acme/reviews/tree/x?" + System.nanoTime();
          exchange.getResponseHeaders().set("Link", "<" + next + ">; rel=\"next\"");
          return page(exchange, page);
        });
    refuses(HubException.TooLarge.class, "100000 files at most", this::fetch);
    assertThat(server.requests().size()).isLessThan(20);
  }

  @Test
  void aNextPageOnAnotherServerIsRefused() {
    server.fault(
        "/tree/",
        1,
        (hub, exchange) -> {
          String next = hub.elsewhere() + "/api/models/acme/reviews/tree/x";
          exchange.getResponseHeaders().set("Link", "<" + next + ">; rel=\"next\"");
          return page(exchange, Json.object().putArray("page"));
        });
    refuses(HubException.Denied.class, "same server", this::fetch);
  }

  @Test
  void jsonBombsAreRefused() {
    server.fault("/revision/", 1, (hub, exchange) -> bytes(exchange, "[".repeat(100_000)));
    refuses(HubException.Corrupt.class, "JSON", this::fetch);
    server.fault("/revision/", 1, (hub, exchange) -> bytes(exchange, " ".repeat(9 << 20)));
    refuses(HubException.TooLarge.class, "bytes at most", this::fetch);
    server.fault("/revision/", 1, (hub, exchange) -> bytes(exchange, "<html>"));
    refuses(HubException.Corrupt.class, "JSON", this::fetch);
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x", "", "ABCDEF", "0123456789012345678901234567890123456789\n"})
  void commitsThatAreNoneAreRefused(String sha) {
    String info = Json.object().put("sha", sha).toString();
    server.fault("/revision/", 1, (hub, exchange) -> bytes(exchange, info));
    refuses(HubException.Corrupt.class, "40 hex digits", this::fetch);
  }

  @Test
  void aPinnedCommitMustBeTheOneThatIsServed() {
    String other = "1".repeat(40);
    refuses(
        HubException.NotFound.class, "404", () -> hub.fetch(REPO, other, FetchOptions.defaults()));
    server.fault(
        "/revision/",
        1,
        (hub, exchange) -> bytes(exchange, Json.object().put("sha", "2".repeat(40)).toString()));
    refuses(
        HubException.Corrupt.class,
        "that commit",
        () -> hub.fetch(REPO, other, FetchOptions.defaults()));
  }

  @Test
  void serversThatNeverAnswerAreGivenUp() {
    server.fault("/tree/", 99, (hub, exchange) -> hang());
    refuses(HubException.Failed.class, "request expected an answer", this::fetch);
  }

  @Test
  void serversThatFallSilentInTheMiddleAreGivenUp() throws IOException {
    server.fault(
        "/cdn/",
        1,
        (hub, exchange) -> {
          exchange.sendResponseHeaders(200, SIZE);
          exchange.getResponseBody().write(content(), 0, 1000);
          exchange.getResponseBody().flush();
          return hang();
        });
    server.fault(
        "/cdn/",
        1,
        (hub, exchange) -> {
          assertThat(exchange.getRequestHeaders().getFirst("Range")).isEqualTo("bytes=1000-");
          return false;
        });
    requireFetched();
    server.wrong.clear();
  }

  @ParameterizedTest
  @CsvSource({
    "404, RepoNotFound, NotFound",
    "404, RevisionNotFound, NotFound",
    "403, GatedRepo, Denied",
    "401, '', NotFound",
    "403, '', Denied",
    "409, '', Conflict",
    "400, '', Failed"
  })
  void errorCodesSayWhatCanBeDone(int status, String code, String kind) {
    server.fault(
        "/revision/",
        1,
        (hub, exchange) -> {
          exchange.getResponseHeaders().set("X-Request-Id", "id " + HubServer.TOKEN);
          exchange.getResponseHeaders().set("X-Error-Message", "no " + HubServer.TOKEN);
          hub.error(exchange, status, code);
          return true;
        });
    refuses(HubException.class, status + " no ***", this::fetch);
    server.fault(
        "/revision/",
        1,
        (hub, exchange) -> {
          hub.error(exchange, status, code);
          return true;
        });
    assertThatThrownBy(this::fetch).extracting(e -> e.getClass().getSimpleName()).isEqualTo(kind);
  }

  @Test
  void aStorageThatRefusesAFileLeavesNoCommit() throws IOException {
    byte[] bytes = "other".getBytes(StandardCharsets.UTF_8);
    Path other = Files.write(directory.resolve("other"), bytes);
    Publication next = Publication.builder().file("other.fft", other).build();
    server.fault("/lfs-store/", 1, (hub, exchange) -> error(exchange, 403));

    refuses(HubException.Denied.class, "403", () -> hub.publish(REPO, next));
    assertThat(hub.history(REPO)).hasSize(2);
  }

  @Test
  void aCacheThatCannotBeWrittenIsNamed() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "no directory");
    assertThatThrownBy(
            () -> hub.fetch(REPO, "main", FetchOptions.defaults().withCache(file.resolve("cache"))))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("fetching acme/reviews expected");
  }

  private boolean hang() {
    try {
      over.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return true;
  }

  private boolean error(HttpExchange exchange, int status) throws IOException {
    server.error(exchange, status, "");
    return true;
  }

  private boolean bytes(HttpExchange exchange, String text) throws IOException {
    server.bytes(exchange, 200, text.getBytes(StandardCharsets.UTF_8));
    return true;
  }

  private boolean cut(HttpExchange exchange, byte[] bytes, int length) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    int from = range == null ? 0 : Integer.parseInt(range.replaceAll("[^0-9]", ""));
    if (from > 0) {
      exchange
          .getResponseHeaders()
          .set("Content-Range", "bytes " + from + "-" + (bytes.length - 1) + "/" + bytes.length);
    }
    exchange.sendResponseHeaders(from > 0 ? 206 : 200, bytes.length - from);
    OutputStream out = exchange.getResponseBody();
    out.write(bytes, from, Math.min(length, bytes.length - from));
    out.flush();
    exchange.close();
    return true;
  }

  private byte[] content() throws IOException {
    return Files.readAllBytes(directory.resolve("weights"));
  }

  private static Duration seconds(long count) {
    return Duration.ofSeconds(count);
  }
}
