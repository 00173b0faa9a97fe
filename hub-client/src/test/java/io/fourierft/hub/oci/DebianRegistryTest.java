package io.fourierft.hub.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.fourierft.hub.FetchOptions;
import io.fourierft.hub.Hub;
import io.fourierft.hub.HubException;
import io.fourierft.hub.HubFile;
import io.fourierft.hub.Hubs;
import io.fourierft.hub.Metadata;
import io.fourierft.hub.Publication;
import io.fourierft.hub.Query;
import io.fourierft.hub.RepoId;
import io.fourierft.hub.Version;
import io.fourierft.hub.http.ContentDigest;
import io.fourierft.hub.http.Json;
import io.fourierft.hub.http.Wire;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A registry that others wrote: Debian's. Skipped where it is not installed. */
@Timeout(120)
class DebianRegistryTest {
  private static final Metadata METADATA =
      Metadata.of("FacebookAI/roberta-base", "text-classification", "reviews", "de");

  private static DebianRegistry registry;

  @TempDir Path directory;
  private RepoId repo;

  @BeforeAll
  static void start() throws IOException {
    registry = DebianRegistry.start();
  }

  @AfterAll
  static void stop() throws IOException {
    if (registry != null) {
      registry.close();
    }
  }

  @BeforeEach
  void name(TestInfo test) {
    repo = new RepoId("Acme", test.getTestMethod().orElseThrow().getName());
  }

  private Hub open() throws IOException {
    return Hubs.open("oci://" + registry.address() + "/team");
  }

  private OciHub open(long chunkSize) {
    OciSettings settings = OciSettings.of(registry.address(), "team").withoutCredentials();
    return OciHub.open(settings.withChunkSize(chunkSize));
  }

  private FetchOptions options() {
    return FetchOptions.defaults().withCache(directory.resolve("cache"));
  }

  private Publication.Builder adapter(int seed) throws IOException {
    byte[] weights = new byte[100_000];
    new Random(seed).nextBytes(weights);
    Path config = directory.resolve("config" + seed);
    return Publication.builder()
        .file("adapter_model.safetensors", Files.write(directory.resolve("w" + seed), weights))
        .file("adapter_config.json", Files.writeString(config, "{\"seed\":" + seed + "}"))
        .file("notes/empty", Files.write(directory.resolve("empty"), new byte[0]))
        .message("number " + seed)
        .metadata(METADATA);
  }

  private HttpResponse<byte[]> send(String method, String path, String accept, byte[] body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + registry.address() + "/v2/" + path))
            .method(method, BodyPublishers.ofByteArray(body))
            .header("Accept", accept)
            .build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofByteArray());
  }

  private String name() throws HubException {
    return new RegistryNames(registry.address(), "team").of(repo);
  }

  @Test
  void whatWasPushedIsPulledByteForByte() throws IOException {
    try (Hub hub = open()) {
      Version version = hub.publish(repo, adapter(1).build());
      Path fetched = hub.fetch(repo, "main", options());

      assertThat(fetched).hasFileName(version.id());
      assertThat(fetched.resolve("adapter_model.safetensors"))
          .hasSameBinaryContentAs(directory.resolve("w1"));
      assertThat(fetched.resolve("adapter_config.json")).hasContent("{\"seed\":1}");
      assertThat(fetched.resolve("notes/empty")).isEmptyFile();
      assertThat(hub.manifest(repo, "main").metadata()).isEqualTo(METADATA);
      assertThat(hub.resolve(repo, version.id())).isEqualTo(version);
      assertThat(hub.resolve(repo, version.shortId())).isEqualTo(version);
    }
  }

  @Test
  void pushingAgainGivesTheSameDigestHereAndElsewhere() throws IOException {
    try (Hub hub = open()) {
      Version first = hub.publish(repo, adapter(1).build());
      assertThat(hub.publish(repo, adapter(1).build())).isEqualTo(first);
      assertThat(hub.history(repo)).hasSize(1);

      RepoId other = new RepoId("acme", "elsewhere");
      assertThat(hub.publish(other, adapter(1).build()).id()).isEqualTo(first.id());
    }
  }

  @Test
  void versionsFormAHistoryWithTags() throws IOException {
    try (Hub hub = open()) {
      Version first = hub.publish(repo, adapter(1).expectedNew().build());
      hub.tag(repo, "v1", "main");
      Version second = hub.publish(repo, adapter(2).expectedParent(first.id()).build());

      assertThat(hub.history(repo))
          .extracting(Version::id)
          .containsExactly(second.id(), first.id());
      assertThat(second.parents()).containsExactly(first.id());
      assertThat(hub.tags(repo)).containsOnlyKeys("v1").containsValue(first.id());
      assertThat(hub.fetch(repo, "v1", options()).resolve("adapter_config.json"))
          .hasContent("{\"seed\":1}");
      hub.tag(repo, "v1", second.id());
      assertThat(hub.resolve(repo, "v1").id()).isEqualTo(second.id());
      assertThatThrownBy(() -> hub.publish(repo, adapter(3).expectedParent(first.id()).build()))
          .isInstanceOf(HubException.Conflict.class);
    }
  }

  @Test
  void repositoriesAreListedWithTheirNewestVersion() throws IOException {
    try (Hub hub = open()) {
      hub.publish(repo, adapter(1).build());

      assertThat(hub.list(Query.ALL.withBaseModel("facebookai/roberta-base").withText("listed")))
          .singleElement()
          .satisfies(
              found -> {
                assertThat(found.repo()).isEqualTo(repo);
                assertThat(found.metadata()).isEqualTo(METADATA);
              });
      assertThat(hub.list(Query.ALL.withTask("translation"))).isEmpty();
    }
  }

  @Test
  void filesTravelInPieces() throws Exception {
    try (OciHub hub = open(30_000)) {
      hub.publish(repo, adapter(4).build());

      HttpResponse<byte[]> blob =
          send(
              "GET",
              name() + "/blobs/sha256:" + ContentDigest.sha256().add(directory.resolve("w4")).hex(),
              "*/*",
              new byte[0]);
      assertThat(blob.body()).isEqualTo(Files.readAllBytes(directory.resolve("w4")));
    }
  }

  @Test
  void theManifestKeepsTheRulesOfItsFormats() throws Exception {
    try (Hub hub = open()) {
      Version version = hub.publish(repo, adapter(1).build());
      HttpResponse<byte[]> reply =
          send("GET", name() + "/manifests/main", Artifact.MANIFEST, new byte[0]);

      assertThat(reply.headers().firstValue("Docker-Content-Digest"))
          .contains("sha256:" + version.id());
      JsonNode manifest = Json.parse(reply.body(), "manifest", "registry");
      assertThat(manifest.path("artifactType").asText())
          .isEqualTo("application/vnd.cncf.model.manifest.v1+json");
      JsonNode weights = manifest.path("layers").path(1);
      assertThat(weights.path("mediaType").asText())
          .isEqualTo("application/vnd.cncf.model.weight.v1.raw");
      assertThat(weights.path("digest").asText())
          .isEqualTo("sha256:" + ContentDigest.sha256().add(directory.resolve("w1")).hex());
      assertThat(manifest.path("annotations").path("io.fourierft.base-model").asText())
          .isEqualTo("FacebookAI/roberta-base");
      JsonNode config =
          Json.parse(
              send(
                      "GET",
                      name() + "/blobs/" + manifest.path("config").path("digest").asText(),
                      "*/*",
                      new byte[0])
                  .body(),
              "config",
              "registry");
      assertThat(config.path("modelfs").path("diffIds")).hasSize(manifest.path("layers").size());
    }
  }

  @Test
  void aManifestNeedsItsBlobsAndABlobItsDigest() throws Exception {
    Registry raw = new Registry(wire(), URI.create("http://" + registry.address()));
    Path file = Files.write(directory.resolve("file"), new byte[100]);
    OciDescriptor wrong = new OciDescriptor(LayerTypes.RAW.get(0), "sha256:" + "0".repeat(64), 100);
    BlobUpload upload = new BlobUpload(raw, name(), wrong, file, 1000, sent -> {});

    assertThatThrownBy(() -> upload.run(Optional.empty()))
        .isInstanceOf(HubException.Failed.class)
        .hasMessageContaining("400 DIGEST_INVALID");
    byte[] manifest =
        Artifact.manifest(
            new Artifact.Content(
                List.of(new HubFile("a.bin", 1, "0".repeat(64))),
                Metadata.EMPTY,
                "",
                Optional.empty(),
                Optional.empty()),
            new byte[] {'{', '}'});
    assertThatThrownBy(() -> raw.put(name(), "main", Artifact.MANIFEST, manifest))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("MANIFEST_BLOB_UNKNOWN");
  }

  private static Wire wire() {
    OciSettings settings = OciSettings.of(registry.address(), "").withoutCredentials();
    return new Wire(
        settings.endpoint(),
        new RegistryDialect(settings, Wire.Pause.SLEEP),
        settings.timeout(),
        Wire.Pause.SLEEP);
  }

  @Test
  void whatBelongsToABaseModelIsFoundUnderIt() throws IOException {
    OciDescriptor base = new OciDescriptor(Artifact.MANIFEST, "sha256:" + "b".repeat(64), 1234);
    try (OciHub hub = open(1 << 20)) {
      hub.publish(repo, adapter(1).build(), base);
      hub.publish(repo, adapter(1).build(), base);
      hub.publish(repo, adapter(2).build(), base);

      assertThat(hub.referrers(repo, base)).hasSize(2).contains(hub.descriptor(repo, "main"));
      assertThat(hub.tags(repo)).isEmpty();
    }
  }

  @Test
  void aDeletedTagLeavesItsVersion() throws IOException {
    try (Hub hub = open()) {
      Version version = hub.publish(repo, adapter(1).build());
      hub.tag(repo, "v1", "main");
      hub.tag(repo, "v2", "main");
      hub.deleteTag(repo, "v1");

      assertThat(hub.tags(repo)).containsOnlyKeys("v2");
      assertThat(hub.resolve(repo, "main")).isEqualTo(version);
      assertThatThrownBy(() -> hub.deleteTag(repo, "v1")).isInstanceOf(HubException.NotFound.class);
    }
  }

  @Test
  void deletedRepositoriesAreGone() throws IOException {
    try (Hub hub = open()) {
      hub.publish(repo, adapter(1).build());
      hub.tag(repo, "v1", "main");
      hub.publish(repo, adapter(2).build());

      hub.delete(repo);

      assertThatThrownBy(() -> hub.resolve(repo, "main")).isInstanceOf(HubException.NotFound.class);
      assertThatThrownBy(() -> hub.history(repo)).isInstanceOf(HubException.NotFound.class);
      assertThatThrownBy(() -> hub.delete(repo)).isInstanceOf(HubException.NotFound.class);
      assertThat(hub.list(Query.ALL.withText(repo.name()))).isEmpty();
      hub.publish(repo, adapter(2).build());
      assertThat(hub.fetch(repo, "main", options()).resolve("adapter_config.json"))
          .hasContent("{\"seed\":2}");
    }
  }

  @Test
  void namesAndPasswordsAreAskedFor() throws IOException {
    String hash = "$2y$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2";
    Path users = Files.writeString(directory.resolve("users"), "user:" + hash + "\n");
    try (DebianRegistry guarded = DebianRegistry.start(users.toString())) {
      OciSettings settings = OciSettings.of(guarded.address(), "").withoutCredentials();
      try (OciHub hub = OciHub.open(settings.withCredentials("user", "correct horse"))) {
        hub.publish(repo, adapter(1).build());
        assertThat(hub.history(repo)).hasSize(1);
      }
      try (OciHub hub = OciHub.open(settings.withCredentials("user", "wrong horse"))) {
        assertThatThrownBy(() -> hub.history(repo))
            .isInstanceOf(HubException.Denied.class)
            .hasMessageContaining("401")
            .hasMessageNotContaining("wrong horse");
      }
      try (OciHub hub = OciHub.open(settings)) {
        assertThatThrownBy(() -> hub.history(repo)).isInstanceOf(HubException.Denied.class);
      }
    }
  }
}
