package io.fourierft.hub.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fourierft.hub.FetchOptions;
import io.fourierft.hub.HubException;
import io.fourierft.hub.HubFile;
import io.fourierft.hub.Metadata;
import io.fourierft.hub.Publication;
import io.fourierft.hub.PullRequest;
import io.fourierft.hub.Query;
import io.fourierft.hub.RepoId;
import io.fourierft.hub.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
class HuggingFaceHubTest {
  private static final RepoId REPO = RepoId.parse("acme/reviews");
  private static final FetchOptions OPTIONS = FetchOptions.defaults();

  @TempDir Path directory;
  private HubServer server;
  private HuggingFaceHub hub;

  @BeforeEach
  void start() throws IOException {
    server = new HubServer();
    hub = HuggingFaceHub.open(settings());
  }

  @AfterEach
  void stop() {
    hub.close();
    server.close();
    assertThat(server.wrong).isEmpty();
  }

  private HuggingFaceSettings settings() throws IOException {
    return HuggingFaceSettings.fromEnvironment(Map.of("HF_TOKEN", HubServer.TOKEN), directory)
        .withEndpoint(server.url())
        .withCache(directory.resolve("cache"));
  }

  private Publication.Builder adapter(String content) throws IOException {
    Path weights = directory.resolve("weights");
    byte[] bytes = new byte[100_000];
    new Random(content.hashCode()).nextBytes(bytes);
    Files.write(weights, bytes);
    Path config = Files.writeString(directory.resolve("config"), "{\"r\":\"" + content + "\"}");
    return Publication.builder()
        .file("adapter_model.safetensors", weights)
        .file("adapter_config.json", config)
        .message("the " + content + " one");
  }

  @Test
  void whatWasPublishedIsFetchedByteForByte() throws IOException {
    Version version = hub.publish(REPO, adapter("first").build());
    Path fetched = hub.fetch(REPO, "main", OPTIONS);

    assertThat(fetched)
        .isEqualTo(
            directory.resolve("cache/models--acme--reviews/snapshots").resolve(version.id()));
    assertThat(fetched.resolve("adapter_config.json")).hasContent("{\"r\":\"first\"}");
    assertThat(fetched.resolve("adapter_model.safetensors"))
        .hasSameBinaryContentAs(directory.resolve("weights"))
        .isSymbolicLink();
    assertThat(directory.resolve("cache/models--acme--reviews/refs/main"))
        .content()
        .isEqualTo(version.id());
  }

  @Test
  void publishingSendsWhatPythonSends() throws IOException {
    hub.publish(REPO, adapter("first").build());
    server.seen.clear();

    hub.publish(REPO, adapter("second").build());

    assertThat(server.requests())
        .element(2)
        .isEqualTo("POST /api/models/acme/reviews/preupload/main A");
    assertThat(server.requests().subList(3, 7))
        .satisfiesExactly(
            batch -> assertThat(batch).isEqualTo("POST /acme/reviews.git/info/lfs/objects/batch A"),
            put -> assertThat(put).startsWith("PUT /lfs-store/").doesNotEndWith(" A"),
            verify -> assertThat(verify).isEqualTo("POST /acme/reviews.git/verify A"),
            commit -> assertThat(commit).isEqualTo("POST /api/models/acme/reviews/commit/main A"));
  }

  @Test
  void publishingTheSameFilesAgainAddsNoVersion() throws IOException {
    Version first = hub.publish(REPO, adapter("first").build());
    assertThat(hub.publish(REPO, adapter("first").build()).id()).isEqualTo(first.id());
    assertThat(hub.history(REPO)).hasSize(2);
  }

  @Test
  void aVersionHoldsExactlyThePublishedFiles() throws IOException {
    hub.publish(REPO, adapter("first").file("old.txt", directory.resolve("config")).build());
    hub.publish(REPO, adapter("second").build());

    assertThat(hub.manifest(REPO, "main").files())
        .extracting(HubFile::path)
        .containsExactly(".gitattributes", "adapter_config.json", "adapter_model.safetensors");
  }

  @Test
  void largeFilesTravelInPartsWhenTheServerAsks() throws IOException {
    server.chunkSize = 30_000;
    hub.publish(REPO, adapter("first").build());

    assertThat(server.requests().stream().filter(line -> line.startsWith("PUT"))).hasSize(4);
    assertThat(hub.fetch(REPO, "main", OPTIONS).resolve("adapter_model.safetensors"))
        .hasSameBinaryContentAs(directory.resolve("weights"));
  }

  @Test
  void metadataAreFoundAgainAndSearched() throws IOException {
    Metadata metadata = Metadata.of("acme/base", "text-classification", "reviews", "a: 'b'");
    hub.publish(REPO, adapter("first").metadata(metadata).build());
    hub.publish(RepoId.parse("acme/other"), adapter("other").build());

    assertThat(hub.manifest(REPO, "main").metadata()).isEqualTo(metadata);
    assertThat(hub.list(Query.ALL)).hasSize(2);
    assertThat(hub.list(Query.ALL.withBaseModel("acme/base").withTag("reviews")))
        .singleElement()
        .satisfies(found -> assertThat(found.repo()).isEqualTo(REPO));
    assertThat(hub.list(Query.ALL.withTask("translation"))).isEmpty();
    assertThat(hub.fetch(REPO, "main", OPTIONS).resolve("README.md"))
        .content()
        .contains("base_model: acme/base\n", "library_name: peft\n", "# reviews\n");
  }

  @Test
  void anExpectedParentThatIsNoLongerTheNewestIsAConflict() throws IOException {
    Version first = hub.publish(REPO, adapter("first").build());
    hub.publish(REPO, adapter("second").expectedParent(first.id()).build());

    assertThatThrownBy(() -> hub.publish(REPO, adapter("third").expectedParent(first.id()).build()))
        .isInstanceOf(HubException.Conflict.class);
    assertThatThrownBy(() -> hub.publish(REPO, adapter("third").expectedNew().build()))
        .isInstanceOf(HubException.Conflict.class);
    assertThat(hub.history(REPO)).hasSize(3);
  }

  @Test
  void aNewRepositoryIsTakenAsNew() throws IOException {
    hub.publish(REPO, adapter("first").expectedNew().build());
    assertThat(hub.history(REPO)).hasSize(2);
  }

  @Test
  void tagsBranchesAndPullRequestsNameVersions() throws IOException {
    Version first = hub.publish(REPO, adapter("first").build());
    hub.tag(REPO, "v1", "main");
    Version second = hub.publish(REPO, adapter("second").build());
    hub.tag(REPO, "v1", second.id());
    hub.branch(REPO, "dev", first.id());
    PullRequest pull = hub.propose(REPO, adapter("third").build());

    assertThat(hub.tags(REPO)).containsExactlyEntriesOf(Map.of("v1", second.id()));
    assertThat(hub.resolve(REPO, "dev").id()).isEqualTo(first.id());
    assertThat(hub.resolve(REPO, first.id().substring(0, 9)).id()).isEqualTo(first.id());
    assertThat(hub.resolve(REPO, "main").parents()).containsExactly(first.id());
    assertThat(hub.fetch(REPO, pull.revision(), OPTIONS).resolve("adapter_config.json"))
        .hasContent("{\"r\":\"third\"}");
    hub.deleteTag(REPO, "v1");
    hub.deleteBranch(REPO, "dev");
    assertThat(hub.tags(REPO)).isEmpty();
    assertThatThrownBy(() -> hub.resolve(REPO, "dev")).isInstanceOf(HubException.NotFound.class);
  }

  @Test
  void aDeletedRepositoryIsGone() throws IOException {
    hub.publish(REPO, adapter("first").build());
    hub.delete(REPO);

    assertThatThrownBy(() -> hub.fetch(REPO, "main", OPTIONS))
        .isInstanceOf(HubException.NotFound.class)
        .hasMessageContaining("404");
    assertThatThrownBy(() -> hub.delete(REPO)).isInstanceOf(HubException.NotFound.class);
  }

  @Test
  void longListsComeInPages() throws IOException {
    server.pageSize = 7;
    Publication.Builder many = adapter("first");
    for (int i = 0; i < 50; i++) {
      many.file("part/" + i, Files.writeString(directory.resolve("part" + i), "part " + i));
    }
    hub.publish(REPO, many.build());

    Path fetched = hub.fetch(REPO, "main", OPTIONS);
    for (int i = 0; i < 50; i++) {
      assertThat(fetched.resolve("part/" + i)).hasContent("part " + i);
    }
  }

  @Test
  void fetchedFilesAreThereOfflineAndCheckedThere() throws IOException {
    hub.publish(REPO, adapter("first").build());
    Path online = hub.fetch(REPO, "main", OPTIONS);
    server.close();

    try (HuggingFaceHub offline = HuggingFaceHub.open(settings().withOffline(true))) {
      assertThat(offline.fetch(REPO, "main", OPTIONS)).isEqualTo(online);
      assertThat(offline.manifest(REPO, "main").files()).hasSize(3);
      assertThatThrownBy(() -> offline.fetch(REPO, "dev", OPTIONS))
          .isInstanceOf(HubException.NotFound.class)
          .hasMessageContaining("offline");
      Path blob = online.resolve("adapter_model.safetensors").toRealPath();
      byte[] bytes = Files.readAllBytes(blob);
      bytes[99]++;
      Files.write(blob, bytes);
      assertThatThrownBy(() -> offline.fetch(REPO, "main", OPTIONS))
          .isInstanceOf(HubException.Corrupt.class);
    }
  }

  @Test
  void aTagThatWasLookedAtIsFollowedOffline() throws IOException {
    String commit = hub.publish(REPO, adapter("first").build()).id();
    hub.tag(REPO, "v1", commit);
    hub.manifest(REPO, "v1");
    Path online = hub.fetch(REPO, commit, OPTIONS);

    try (HuggingFaceHub offline = HuggingFaceHub.open(settings().withOffline(true))) {
      assertThat(offline.fetch(REPO, "v1", OPTIONS)).isEqualTo(online);
    }
    assertThat(hub.fetch(REPO, "v1", OPTIONS.withOffline(true))).isEqualTo(online);
  }

  @Test
  void downloadsThatWereAbandonedLongAgoAreRemoved() throws IOException {
    hub.publish(REPO, adapter("first").build());
    Path blobs = settings().cache().resolve("models--acme--reviews/blobs");
    Files.createDirectories(blobs);
    Path old = Files.writeString(blobs.resolve("a.0123.incomplete"), "half");
    Path young = Files.writeString(blobs.resolve("b.0123.incomplete"), "half");
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(3))));

    hub.fetch(REPO, "main", OPTIONS);
    assertThat(old).doesNotExist();
    assertThat(young).exists();
  }

  @Test
  void aDamagedCacheIsRepaired() throws IOException {
    hub.publish(REPO, adapter("first").build());
    Path file = hub.fetch(REPO, "main", OPTIONS).resolve("adapter_model.safetensors");
    Files.writeString(file.toRealPath(), "damage");

    hub.fetch(REPO, "main", OPTIONS);
    assertThat(file).hasSameBinaryContentAs(directory.resolve("weights"));
  }

  @Test
  void whatIsCachedIsNotAskedForAgain() throws IOException {
    String commit = hub.publish(REPO, adapter("first").build()).id();
    Path fetched = hub.fetch(REPO, "main", OPTIONS);
    server.seen.clear();

    assertThat(hub.fetch(REPO, "main", OPTIONS)).isEqualTo(fetched);
    assertThat(server.requests()).containsExactly("GET /api/models/acme/reviews/revision/main A");

    Path tree = fetched.resolve("../../trees/" + commit + ".json");
    for (String damage : List.of("", "{\"files\":{\"../x\":{}}}", "[".repeat(10_000))) {
      Files.writeString(tree, damage);
      assertThat(hub.fetch(REPO, "main", OPTIONS)).isEqualTo(fetched);
      assertThat(tree).content().contains("adapter_model.safetensors");
    }
  }

  @Test
  void manyThreadsFetchEachFileOnce() throws Exception {
    hub.publish(REPO, adapter("first").build());
    server.seen.clear();
    ExecutorService threads = Executors.newFixedThreadPool(16);
    try {
      Callable<Path> fetch = () -> hub.fetch(REPO, "main", OPTIONS);
      List<Callable<Path>> calls = new ArrayList<>();
      for (int i = 0; i < 32; i++) {
        calls.add(fetch);
      }
      for (Future<Path> future : threads.invokeAll(calls)) {
        assertThat(future.get().resolve("adapter_model.safetensors"))
            .hasSameBinaryContentAs(directory.resolve("weights"));
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(server.requests().stream().filter(line -> line.contains("/cdn/"))).hasSize(1);
    assertThat(directory.resolve("cache/models--acme--reviews/blobs"))
        .isDirectoryNotContaining("glob:**.incomplete");
  }

  @Test
  void onlyWantedFilesAreFetchedAndSizesAreBounded() throws IOException {
    hub.publish(REPO, adapter("first").build());

    Path fetched = hub.fetch(REPO, "main", path -> path.endsWith(".json"), OPTIONS);
    assertThat(fetched).isDirectoryNotContaining("glob:**.safetensors");
    assertThatThrownBy(() -> hub.fetch(REPO, "main", OPTIONS.withMaxBytes(99_999)))
        .isInstanceOf(HubException.TooLarge.class);
  }
}
