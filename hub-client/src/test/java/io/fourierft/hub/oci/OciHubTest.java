package io.fourierft.hub.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fourierft.hub.FetchOptions;
import io.fourierft.hub.Hub;
import io.fourierft.hub.HubException;
import io.fourierft.hub.Hubs;
import io.fourierft.hub.Metadata;
import io.fourierft.hub.Publication;
import io.fourierft.hub.Query;
import io.fourierft.hub.RepoId;
import io.fourierft.hub.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class OciHubTest {
  private static final RepoId REPO = RepoId.parse("acme/reviews");
  private static final String NAME = "acme/reviews";

  @TempDir Path directory;
  private final List<Duration> pauses = Collections.synchronizedList(new ArrayList<>());
  private RegistryServer server;
  private OciHub hub;

  @BeforeEach
  void start() throws IOException {
    server = new RegistryServer();
    hub = open(settings());
  }

  @AfterEach
  void stop() {
    hub.close();
    server.close();
    assertThat(server.wrong).isEmpty();
  }

  private OciSettings settings() {
    return OciSettings.of(server.address(), "")
        .withCredentials(RegistryServer.USER, RegistryServer.PASSWORD);
  }

  private OciHub open(OciSettings settings) {
    return OciHub.open(settings, pauses::add);
  }

  private FetchOptions options() {
    return FetchOptions.defaults().withCache(directory.resolve("cache"));
  }

  private Publication.Builder adapter(int seed) throws IOException {
    byte[] weights = new byte[100_000];
    new Random(seed).nextBytes(weights);
    return Publication.builder()
        .file("adapter.fft", Files.write(directory.resolve("weights" + seed), weights))
        .message("number " + seed);
  }

  private void requireFetched(int seed) throws IOException {
    assertThat(hub.fetch(REPO, "main", options()).resolve("adapter.fft"))
        .hasSameBinaryContentAs(directory.resolve("weights" + seed));
  }

  @Test
  void passwordsAreSentOnlyWhenAskedFor() throws IOException {
    hub.publish(REPO, adapter(1).build());
    assertThat(server.count(".* A")).isZero();

    server.guard = RegistryServer.Guard.BASIC;
    requireFetched(1);
    assertThat(server.count(".* A")).isPositive();
  }

  @Test
  void tokensAreFetchedForOneRepositoryAndOneKindOfWork() throws IOException {
    server.guard = RegistryServer.Guard.BEARER;
    hub.publish(REPO, adapter(1).build());
    requireFetched(1);

    assertThat(server.seen)
        .contains(
            "GET /token?service=registry.test&scope=repository%3Aacme%2Freviews%3Apull"
                + "&account=robot%24ci A",
            "GET /token?service=registry.test&scope=repository%3Aacme%2Freviews%3Apull%2Cpush"
                + "&account=robot%24ci A");
    assertThat(server.count("GET /token.*")).isEqualTo(2);
  }

  @Test
  void identityTokensAreExchangedForOthers() throws IOException {
    publishWith("identitytoken", RegistryServer.IDENTITY);
    assertThat(server.count("POST /token")).isPositive();
    assertThat(server.count("GET /token.*")).isZero();
  }

  @Test
  void registryTokensAreUsedAsTheyAre() throws IOException {
    publishWith("registrytoken", RegistryServer.TOKEN);
    assertThat(server.count(".*/token.*")).isZero();
  }

  private void publishWith(String field, String secret) throws IOException {
    server.guard = RegistryServer.Guard.BEARER;
    Path file = Files.createDirectories(directory.resolve(".docker")).resolve("config.json");
    String auths = "{\"auths\":{\"%s\":{\"%s\":\"%s\"}}}";
    Files.writeString(file, auths.formatted(server.address(), field, secret));
    try (OciHub other = open(OciSettings.of(server.address(), "", Map.of(), directory))) {
      other.publish(REPO, adapter(1).build());
      assertThat(other.history(REPO)).hasSize(1);
    }
  }

  @Test
  void tokensThatAreNoLongerGoodAreRenewed() throws IOException {
    server.guard = RegistryServer.Guard.BEARER;
    hub.publish(REPO, adapter(1).build());
    server.token = "another";

    requireFetched(1);
  }

  @Test
  void blobsAreTakenFromAnotherRepositoryOfTheRegistry() throws IOException {
    hub.publish(REPO, adapter(1).build());
    server.seen.clear();
    hub.publish(RepoId.parse("acme/copy"), adapter(1).build());

    assertThat(server.count("POST .*mount=.*from=acme/reviews")).isEqualTo(1);
    assertThat(server.count("PUT .*/blobs/uploads/.*")).as("the configuration alone").isEqualTo(1);
    assertThat(hub.resolve(RepoId.parse("acme/copy"), "main").id())
        .isEqualTo(hub.resolve(REPO, "main").id());
  }

  @Test
  void listsComeInPages() throws IOException {
    server.routes.page = 2;
    for (String name : List.of("a", "b", "c", "d", "e")) {
      hub.publish(RepoId.parse("acme/" + name), adapter(1).build());
      hub.tag(RepoId.parse("acme/a"), "v-" + name, "main");
    }
    hub.publish(
        RepoId.parse("Acme/e"), adapter(2).metadata(Metadata.of("base", "task", "x")).build());

    assertThat(hub.tags(RepoId.parse("acme/a")))
        .containsOnlyKeys("v-a", "v-b", "v-c", "v-d", "v-e");
    assertThat(hub.list(Query.ALL)).hasSize(6);
    assertThat(hub.list(Query.ALL.withBaseModel("base")))
        .singleElement()
        .satisfies(found -> assertThat(found.repo()).hasToString("Acme/e"));
    assertThat(hub.list(Query.ALL.withLimit(2))).hasSize(2);
  }

  @Test
  void registriesWithoutACatalogueCannotList() {
    server.routes.catalog = false;
    assertThatThrownBy(() -> hub.list(Query.ALL)).isInstanceOf(HubException.Unsupported.class);
  }

  @Test
  void whatOthersPublishedAsLatestIsTheNewestVersion() throws IOException {
    Version version = hub.publish(REPO, adapter(1).build());
    server.routes.tags.put(NAME + ":latest", server.routes.tags.remove(NAME + ":main"));

    assertThat(hub.resolve(REPO, "main")).isEqualTo(version);
  }

  @Test
  void referrersAreTheRegistrysOrTheClientsToList() throws IOException {
    OciDescriptor base = new OciDescriptor(Artifact.MANIFEST, "sha256:" + "b".repeat(64), 1234);
    for (boolean kept : List.of(true, false)) {
      server.routes.referrers = kept;
      RepoId repo = RepoId.parse("acme/kept-" + kept);
      hub.publish(repo, adapter(1).build(), base);
      hub.publish(repo, adapter(2).build(), base);

      assertThat(hub.referrers(repo, base)).hasSize(2).contains(hub.descriptor(repo, "main"));
      assertThat(server.routes.tags.containsKey("acme/kept-" + kept + ":sha256-" + "b".repeat(64)))
          .isEqualTo(!kept);
    }
    assertThat(hub.referrers(REPO, base)).isEmpty();
  }

  @Test
  void aTagThatCannotBeDeletedStays() throws IOException {
    hub.publish(REPO, adapter(1).build());
    hub.tag(REPO, "v1", "main");
    server.routes.deletes = false;

    assertThatThrownBy(() -> hub.deleteTag(REPO, "v1"))
        .isInstanceOf(HubException.Unsupported.class);
    assertThat(hub.tags(REPO)).containsValue(hub.resolve(REPO, "main").id());
    assertThatThrownBy(() -> hub.delete(REPO)).isInstanceOf(HubException.Unsupported.class);
    requireFetched(1);
  }

  @Test
  void tagsAreDeletedAloneWithOrWithoutTheRegistrysHelp() throws IOException {
    hub.publish(REPO, adapter(1).build());
    for (boolean helps : List.of(true, false)) {
      server.routes.deletesTags = helps;
      hub.tag(REPO, "v1", "main");
      hub.deleteTag(REPO, "v1");
      assertThat(hub.tags(REPO)).isEmpty();
      requireFetched(1);
    }
  }

  @Test
  void aFasterPublisherIsNotOverwritten() throws IOException {
    Version first = hub.publish(REPO, adapter(1).build());
    publishAmid(2);
    assertThatThrownBy(() -> hub.publish(REPO, adapter(3).expectedParent(first.id()).build()))
        .isInstanceOf(HubException.Conflict.class);

    publishAmid(4);
    hub.publish(REPO, adapter(5).build());
    assertThat(hub.history(REPO))
        .extracting(Version::message)
        .containsExactly("number 5", "number 4", "number 2", "number 1");
  }

  /** Publishes through another client in the middle of the next publication. */
  private void publishAmid(int seed) throws IOException {
    Publication faster = adapter(seed).build();
    server.fault(
        "POST .*",
        1,
        exchange -> {
          try (OciHub other = open(settings())) {
            other.publish(REPO, faster);
          }
          return false;
        });
  }

  @Test
  void manyThreadsFetchEachFileOnce() throws Exception {
    hub.publish(REPO, adapter(1).build());
    ExecutorService threads = Executors.newFixedThreadPool(16);
    try {
      List<Callable<Path>> calls =
          Collections.nCopies(32, () -> hub.fetch(REPO, "main", options()));
      for (Future<Path> future : threads.invokeAll(calls)) {
        assertThat(future.get().resolve("adapter.fft"))
            .hasSameBinaryContentAs(directory.resolve("weights1"));
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(server.count("GET /v2/acme/reviews/blobs/.*")).isEqualTo(1);
  }

  @Test
  void whatWasFetchedIsThereOffline() throws IOException {
    FetchOptions offline = options().withOffline(true);
    Version version = hub.publish(REPO, adapter(1).build());
    assertThatThrownBy(() -> hub.fetch(REPO, "main", offline))
        .isInstanceOf(HubException.NotFound.class);
    Path fetched = hub.fetch(REPO, "main", options());
    hub.publish(REPO, adapter(2).build());
    server.seen.clear();

    assertThat(hub.fetch(REPO, "main", offline)).isEqualTo(fetched);
    assertThat(hub.fetch(REPO, version.id(), offline)).isEqualTo(fetched);
    assertThatThrownBy(() -> hub.fetch(REPO, "v1", offline))
        .isInstanceOf(HubException.NotFound.class);
    Files.writeString(fetched.resolve("adapter.fft"), "damage");
    assertThatThrownBy(() -> hub.fetch(REPO, "main", offline))
        .isInstanceOf(HubException.NotFound.class);
    assertThat(server.seen).isEmpty();
    assertThat(hub.fetch(REPO, "main", options())).isNotEqualTo(fetched);
  }

  @Test
  void damageInTheCacheIsRepairedAndSizesAreBounded() throws IOException {
    hub.publish(REPO, adapter(1).build());
    Path file = hub.fetch(REPO, "main", options()).resolve("adapter.fft");
    Files.writeString(file, "damage");

    requireFetched(1);
    assertThatThrownBy(() -> hub.fetch(REPO, "main", options().withMaxBytes(99_999)))
        .isInstanceOf(HubException.TooLarge.class);
  }

  @Test
  void prefixesOfVersionsNameThem() throws IOException {
    Version first = hub.publish(REPO, adapter(1).build());
    hub.publish(REPO, adapter(2).build());

    assertThat(hub.resolve(REPO, first.shortId())).isEqualTo(first);
    assertThat(hub.resolve(REPO, "sha256:" + first.id())).isEqualTo(first);
    assertThatThrownBy(() -> hub.resolve(REPO, "0000000"))
        .isInstanceOf(HubException.NotFound.class);
    assertThatIllegalArgumentException().isThrownBy(() -> hub.resolve(REPO, "../x"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> hub.tag(REPO, "sha256-" + "0".repeat(64), "main"));
  }

  @Test
  void urisOpenRegistries() throws IOException {
    try (Hub here = Hubs.open("oci://" + server.address());
        Hub plain = Hubs.open("oci+http://registry.example:5000/ml/adapters/");
        Hub secure = Hubs.open("oci://docker.io/acme")) {
      assertThat(here).hasToString("OciHub[http://" + server.address() + "]");
      assertThat(plain).hasToString("OciHub[http://registry.example:5000]");
      assertThat(secure).hasToString("OciHub[https://registry-1.docker.io]");
    }
  }
}
