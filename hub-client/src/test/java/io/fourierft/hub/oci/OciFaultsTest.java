package io.fourierft.hub.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.fourierft.hub.FetchOptions;
import io.fourierft.hub.HubException;
import io.fourierft.hub.Publication;
import io.fourierft.hub.RepoId;
import io.fourierft.hub.http.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
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
class OciFaultsTest {
  private static final RepoId REPO = RepoId.parse("acme/reviews");
  private static final String NAME = "acme/reviews";
  private static final int SIZE = 300_000;

  @TempDir Path directory;
  private final List<Duration> pauses = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch over = new CountDownLatch(1);
  private RegistryServer server;
  private OciHub hub;

  @BeforeEach
  void start() throws IOException {
    server = new RegistryServer();
    hub = open(100_000);
    hub.publish(REPO, publication(1));
    server.seen.clear();
  }

  @AfterEach
  void stop() {
    over.countDown();
    hub.close();
    server.close();
    assertThat(server.wrong).isEmpty();
  }

  private OciHub open(long chunkSize) {
    OciSettings settings =
        OciSettings.of(server.address(), "")
            .withCredentials(RegistryServer.USER, RegistryServer.PASSWORD)
            .withTimeout(Duration.ofSeconds(1))
            .withChunkSize(chunkSize);
    return OciHub.open(settings, pauses::add);
  }

  private Publication publication(int seed) throws IOException {
    byte[] bytes = new byte[SIZE];
    new Random(seed).nextBytes(bytes);
    Path file = Files.write(directory.resolve("weights" + seed), bytes);
    return Publication.builder().file("adapter.fft", file).build();
  }

  private Path fetch() throws IOException {
    FetchOptions options = FetchOptions.defaults().withCache(directory.resolve("cache"));
    return hub.fetch(REPO, "main", options);
  }

  private void requireFetched(int seed) throws IOException {
    assertThat(fetch().resolve("adapter.fft"))
        .hasSameBinaryContentAs(directory.resolve("weights" + seed));
  }

  private void refuses(Class<? extends HubException> kind, String part, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(kind)
        .hasMessageContaining(part)
        .hasMessageMatching("[^\n]+ expected [^\n]+ but found [^\n]+ \\([^\n]+\\)")
        .hasMessageNotContaining(RegistryServer.PASSWORD)
        .hasMessageNotContaining(RegistryServer.TOKEN);
    Path cached = directory.resolve("cache/oci/acme--reviews");
    if (Files.exists(cached)) {
      assertThat(cached).isEmptyDirectory();
    }
  }

  /** Serves another manifest under the tag. */
  private void manifest(Consumer<ObjectNode> change) throws IOException {
    byte[] bytes = server.routes.manifests.get(NAME + "@" + server.routes.tags.get(NAME + ":main"));
    ObjectNode json = (ObjectNode) Json.parse(bytes, "manifest", "test");
    change.accept(json);
    server.routes.store(NAME, "main", json.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static ObjectNode layer(ObjectNode manifest) {
    return (ObjectNode) manifest.path("layers").path(0);
  }

  private boolean answer(HttpExchange exchange, byte[] bytes) throws IOException {
    return server.bytes(exchange, 200, "application/octet-stream", bytes);
  }

  private byte[] weights() throws IOException {
    return Files.readAllBytes(directory.resolve("weights1"));
  }

  @ParameterizedTest
  @CsvSource({"429, Retry-After, 7, 7", "503, Retry-After, 3, 3", "500, X-Nothing, 1, 1"})
  void busyRegistriesAreAskedAgainWhenTheySay(int status, String name, String value, long seconds)
      throws IOException {
    server.fault(
        "GET .*/manifests/main",
        1,
        exchange -> {
          exchange.getResponseHeaders().set(name, value);
          return server.error(exchange, status, "TOOMANYREQUESTS");
        });

    requireFetched(1);
    assertThat(pauses).containsExactly(Duration.ofSeconds(seconds));
  }

  @Test
  void otherBytesOfTheSameSizeAreRefused() throws IOException {
    byte[] wrong = weights();
    wrong[SIZE / 2]++;
    server.fault("GET .*/blobs/.*", 1, exchange -> answer(exchange, wrong));

    refuses(HubException.Corrupt.class, "digest", this::fetch);
  }

  @Test
  void moreBytesAreRefused() throws IOException {
    byte[] more = Arrays.copyOf(weights(), SIZE + 1);
    server.fault("GET .*/blobs/.*", 1, exchange -> answer(exchange, more));

    refuses(HubException.Corrupt.class, "more", this::fetch);
  }

  @Test
  void brokenDownloadsGoOnWhereTheyBroke() throws IOException {
    byte[] bytes = weights();
    server.fault(
        "GET .*/blobs/.*",
        1,
        exchange -> {
          exchange.sendResponseHeaders(200, SIZE);
          OutputStream out = exchange.getResponseBody();
          out.write(bytes, 0, 1000);
          out.flush();
          return true;
        });

    requireFetched(1);
    assertThat(server.count("GET .*/blobs/.*")).isEqualTo(2);
  }

  @Test
  void credentialsDoNotFollowToOtherHosts() throws IOException {
    server.guard = RegistryServer.Guard.BEARER;
    server.fault(
        "GET /v2/.*/blobs/.*",
        1,
        exchange -> {
          String where = server.elsewhere() + "/v2/" + NAME + "/blobs/other";
          exchange.getResponseHeaders().set("Location", where);
          return server.empty(exchange, 307);
        });
    server.fault("GET .*/blobs/other", 1, exchange -> answer(exchange, weights()));

    requireFetched(1);
  }

  @Test
  void uploadsElsewhereGetNoCredentials() throws IOException {
    server.guard = RegistryServer.Guard.BEARER;
    server.routes.uploadHost = server.elsewhere();

    hub.publish(REPO, publication(2));
    requireFetched(2);
    assertThat(server.count("P.* /v2/acme/reviews/blobs/uploads/.+ A")).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://127.0.0.1/token",
        "http://auth.example/token",
        "https://user@auth.example/token",
        "file:///etc/passwd",
        "http://[",
        "/token"
      })
  void tokenServersThatAreNotSafeAreNotAsked(String realm) {
    server.guard = RegistryServer.Guard.BEARER;
    server.realm = realm;

    refuses(HubException.Denied.class, "token server", this::fetch);
    assertThat(server.count(".* A")).isZero();
  }

  @Test
  void theTokenServerMayBeAnotherHostButLeadsNowhere() throws IOException {
    server.guard = RegistryServer.Guard.BEARER;
    server.fault(
        "GET /token.*",
        1,
        exchange -> {
          exchange.getResponseHeaders().set("Location", server.elsewhere() + "/token");
          return server.empty(exchange, 302);
        });

    refuses(HubException.Denied.class, "401", this::fetch);
  }

  @Test
  void wrongPasswordsAreToldWithoutBeingShown() {
    server.guard = RegistryServer.Guard.BEARER;
    server.fault(
        "GET /token.*", 1, exchange -> server.error(exchange, 401, RegistryServer.PASSWORD));

    refuses(HubException.Denied.class, "401", this::fetch);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{}", "{\"token\":\"\"}", "{\"token\":\"a\\nb: c\"}", "[]", "no", "hf_registry"})
  void tokensThatAreNoneAreRefused(String body) {
    server.guard = RegistryServer.Guard.BEARER;
    server.fault(
        "GET /token.*", 1, exchange -> answer(exchange, body.getBytes(StandardCharsets.UTF_8)));

    refuses(HubException.Corrupt.class, "token", this::fetch);
  }

  @Test
  void answersThatCannotBeReadAreNotShown() {
    server.guard = RegistryServer.Guard.BEARER;
    byte[] torn = ("{\"token\":" + RegistryServer.TOKEN).getBytes(StandardCharsets.UTF_8);
    server.fault("GET /token.*", 1, exchange -> answer(exchange, torn));

    assertThatThrownBy(this::fetch)
        .isInstanceOf(HubException.Corrupt.class)
        .hasMessageNotContaining(RegistryServer.TOKEN)
        .hasNoCause();
  }

  @Test
  void registriesThatWantNoTokenAtAllAreNotAskedForever() {
    server.guard = RegistryServer.Guard.BEARER;
    server.fault(
        ".*/manifests/.*",
        99,
        exchange -> {
          exchange
              .getResponseHeaders()
              .set("WWW-Authenticate", "Bearer realm=\"" + server.realm + "\"");
          return server.error(exchange, 401, "UNAUTHORIZED");
        });

    refuses(HubException.Denied.class, "401 UNAUTHORIZED", this::fetch);
    assertThat(server.count(".*/manifests/.*")).isEqualTo(2);
  }

  @Test
  void otherManifestsThanTheDigestNamesAreRefused() throws IOException {
    String digest = server.routes.tags.get(NAME + ":main");
    byte[] other = "{\"schemaVersion\":2}".getBytes(StandardCharsets.UTF_8);
    server.routes.manifests.put(NAME + "@" + digest, other);

    refuses(HubException.Corrupt.class, digest, this::fetch);
    server.fault(
        "GET .*/manifests/.*",
        1,
        exchange -> server.bytes(exchange, 200, Artifact.MANIFEST, other));
    refuses(
        HubException.Corrupt.class, digest, () -> hub.manifest(REPO, OciDescriptor.hex(digest)));
  }

  @Test
  void theTypeInTheHeaderIsTheTypeOfTheManifest() {
    byte[] bytes = server.routes.manifests.get(NAME + "@" + server.routes.tags.get(NAME + ":main"));
    server.fault(
        "GET .*/manifests/.*", 1, exchange -> server.bytes(exchange, 200, "text/plain", bytes));

    refuses(HubException.Corrupt.class, "text/plain", this::fetch);
  }

  @ParameterizedTest
  @CsvSource({
    "mediaType, application/vnd.oci.image.index.v1+json",
    "mediaType, application/vnd.docker.distribution.manifest.v2+json",
    "artifactType, application/vnd.example.other"
  })
  void artifactsOfOtherKindsAreRefusedByName(String field, String value) throws IOException {
    manifest(json -> json.put(field, value));
    refuses(HubException.Unsupported.class, value, this::fetch);
  }

  @Test
  void layersThatAreNotFilesAsTheyAreAreRefused() throws IOException {
    manifest(json -> layer(json).put("mediaType", "application/vnd.cncf.model.weight.v1.tar"));
    refuses(HubException.Unsupported.class, "weight.v1.tar", this::fetch);
    manifest(
        json ->
            layer(json)
                .put("mediaType", LayerTypes.RAW.get(0))
                .put("digest", "sha512:" + "0".repeat(128)));
    refuses(HubException.Unsupported.class, "sha512", this::fetch);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../x",
        "/etc/passwd",
        "C:\\x",
        "a/../../x",
        "nul",
        "",
        "a\u0000b",
        "..\\x",
        "a//b",
        "C:/Windows/evil",
        "folder/C:\\Windows\\evil"
      })
  void namesThatLeadElsewhereAreRefused(String path) throws IOException {
    manifest(
        json ->
            ((ObjectNode) layer(json).path("annotations"))
                .put(Artifact.PATH, path)
                .put(Artifact.TITLE, path));
    refuses(HubException.Corrupt.class, "safe file names", this::fetch);
  }

  @Test
  void namesThatSomeSystemTakesForOneAreRefused() throws IOException {
    manifest(
        json -> {
          ObjectNode twin = layer(json).deepCopy();
          ((ObjectNode) twin.path("annotations")).put(Artifact.PATH, "ADAPTER.fft");
          ((ArrayNode) json.path("layers")).add(twin);
        });
    refuses(HubException.Corrupt.class, "distinct names", this::fetch);
  }

  @Test
  void manifestsAreBounded() {
    byte[] large = new byte[Registry.MAX_MANIFEST + 1];
    server.fault(
        "GET .*/manifests/.*",
        1,
        exchange -> server.bytes(exchange, 200, Artifact.MANIFEST, large));
    refuses(HubException.TooLarge.class, "4194304 bytes", this::fetch);

    byte[] bomb = "[".repeat(100_000).getBytes(StandardCharsets.UTF_8);
    server.fault(
        "GET .*/manifests/.*", 1, exchange -> server.bytes(exchange, 200, Artifact.MANIFEST, bomb));
    refuses(HubException.Corrupt.class, "JSON", this::fetch);
  }

  @Test
  void filesAreBounded() throws IOException {
    manifest(
        json -> {
          ArrayNode layers = (ArrayNode) json.path("layers");
          for (int i = 0; i < Publication.MAX_FILES; i++) {
            layers.add(layer(json).deepCopy());
          }
        });
    refuses(HubException.TooLarge.class, "1000 files", this::fetch);
    manifest(json -> layer(json).put("size", -1));
    refuses(HubException.TooLarge.class, "1000 files", this::fetch);
  }

  @Test
  void sizesThatAreNoneAreRefused() throws IOException {
    manifest(json -> layer(json).put("size", -1));
    refuses(HubException.Corrupt.class, "layer", this::fetch);
  }

  @Test
  void theNextPageIsOnTheSameServer() {
    server.fault(
        "GET .*/tags/list.*",
        1,
        exchange -> {
          exchange
              .getResponseHeaders()
              .set("Link", "<" + server.elsewhere() + "/v2/x>; rel=\"next\"");
          return server.send(exchange, 200, "application/json", Json.object());
        });
    refuses(HubException.Denied.class, "same server", () -> hub.tags(REPO));
  }

  @Test
  void listsThatNeverEndAreGivenUp() {
    server.fault(
        "GET .*/tags/list.*",
        9999,
        exchange -> {
          exchange
              .getResponseHeaders()
              .set("Link", "</v2/acme/reviews/tags/list?n=1>; rel=\"next\"");
          return server.send(exchange, 200, "application/json", Json.object());
        });
    refuses(HubException.TooLarge.class, "more", () -> hub.tags(REPO));
  }

  @Test
  void piecesThatBreakAreTakenUpWhereTheyBroke() throws IOException {
    server.fault(
        "PATCH .*",
        1,
        exchange -> {
          byte[] some = exchange.getRequestBody().readNBytes(40_000);
          upload(exchange).write(some);
          return server.error(exchange, 500, "UNKNOWN");
        });
    hub.publish(REPO, publication(2));

    requireFetched(2);
    assertThat(server.count("GET .*/blobs/uploads/.*")).isEqualTo(1);
    assertThat(server.count("POST .*")).as("uploads begun").isEqualTo(2);
  }

  private ByteArrayOutputStream upload(HttpExchange exchange) {
    String path = exchange.getRequestURI().getPath();
    return server.routes.uploads.get(path.substring(path.lastIndexOf('/') + 1));
  }

  @Test
  void uploadsThatAreLostBeginAnew() throws IOException {
    server.fault(
        "PATCH .*state=100000.*",
        1,
        exchange -> {
          server.routes.uploads.clear();
          return server.error(exchange, 404, "BLOB_UPLOAD_UNKNOWN");
        });
    hub.publish(REPO, publication(2));

    requireFetched(2);
  }

  @Test
  void piecesAreAsLargeAsTheRegistryWants() throws IOException {
    server.routes.leastPiece = 200_000;
    hub.publish(REPO, publication(2));

    assertThat(server.count("PATCH .*")).isEqualTo(2);
    requireFetched(2);
  }

  @Test
  void anUploadWhoseAnswerIsLostIsNotSentAgain() throws IOException {
    server.fault(
        "PUT .*/uploads/.*",
        1,
        exchange -> {
          server.routes.serve(exchange);
          throw new IOException("the answer is lost");
        });
    hub.publish(REPO, publication(2));

    requireFetched(2);
  }

  @Test
  void filesThatChangeMeanwhileAreRefusedByTheirDigest() throws IOException {
    Publication changing = publication(2);
    server.fault(
        "POST .*",
        1,
        exchange -> {
          Files.write(directory.resolve("weights2"), new byte[SIZE]);
          return false;
        });

    assertThatThrownBy(() -> hub.publish(REPO, changing))
        .isInstanceOf(HubException.Failed.class)
        .hasMessageContaining("DIGEST_INVALID");
    requireFetched(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://127.0.0.1/x", "http://[", ""})
  void uploadAddressesThatAreNoneAreRefused(String location) throws IOException {
    Publication next = publication(2);
    server.fault(
        "POST .*",
        1,
        exchange -> {
          exchange.getResponseHeaders().set("Location", location);
          return server.empty(exchange, 202);
        });
    refuses(HubException.class, "upload", () -> hub.publish(REPO, next));
  }

  @Test
  void registriesThatFallSilentAreGivenUp() {
    server.fault(
        "GET .*/manifests/.*",
        99,
        exchange -> {
          try {
            over.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return true;
        });

    refuses(HubException.Failed.class, "request timed out", this::fetch);
  }
}
