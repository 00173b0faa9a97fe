package io.fourierft.hub;

import static io.fourierft.hub.HubFixture.REPO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryHubTest {
  @TempDir Path directory;
  private HubFixture fixture;
  private DirectoryHub hub;

  @BeforeEach
  void openHub() throws IOException {
    fixture = new HubFixture(directory);
    hub = fixture.hub;
  }

  @Test
  void openingAndReadingMakesNothing() throws IOException {
    assertThat(hub.list(Query.ALL)).isEmpty();
    assertThat(hub.fsck().findings()).isEmpty();
    assertThatThrownBy(() -> hub.resolve(REPO, "main"))
        .isInstanceOf(HubException.NotFound.class)
        .hasMessage(
            "repository expected \"acme/reviews\" but found none of that name ("
                + fixture.root
                + ")");
    assertThat(fixture.root).doesNotExist();
  }

  @Test
  void whatIsPublishedIsFetchedByteForByte() throws IOException {
    byte[] bytes = new byte[300_000];
    new Random(5).nextBytes(bytes);
    Path binary = Files.write(fixture.sources.resolve("binary"), bytes);
    Publication publication =
        Publication.builder()
            .file("adapter.fft", binary)
            .file("docs/README.md", fixture.source("readme", "read me"))
            .file("empty", fixture.source("empty", ""))
            .build();

    Version version = hub.publish(REPO, publication);
    Path fetched = hub.fetch(REPO, version.id(), fixture.options);

    assertThat(fetched.resolve("adapter.fft")).hasBinaryContent(bytes);
    assertThat(fetched.resolve("docs/README.md")).hasContent("read me");
    assertThat(fetched.resolve("empty")).isEmptyFile();
    assertThat(DurableFiles.tree(fetched)).hasSize(5);
    assertThat(fetched).startsWith(fixture.options.cache());
    assertThat(hub.manifest(REPO, "main").totalSize()).isEqualTo(300_007);
    assertThat(hub.fsck().findings()).isEmpty();
  }

  @Test
  void everyVersionStaysAndIsNamedByIdPrefixTagAndMain() throws IOException {
    Version first = fixture.publish("first");
    Version second = fixture.publish("second");
    hub.tag(REPO, "v1", first.id());

    assertThat(fixture.fetched("main")).isEqualTo("second");
    assertThat(fixture.fetched("v1")).isEqualTo("first");
    assertThat(fixture.fetched(first.id())).isEqualTo("first");
    assertThat(fixture.fetched(first.id().substring(0, 7))).isEqualTo("first");
    assertThat(hub.history(REPO)).containsExactly(second, first);
    assertThat(second.parents()).containsExactly(first.id());
    assertThat(first.parents()).isEmpty();
    assertThat(second.message()).isEqualTo("the second one");
    assertThat(second.created()).isEqualTo(HubFixture.NOW);
    assertThat(hub.tags(REPO)).containsExactly(Map.entry("v1", first.id()));
  }

  @Test
  void aTagMovesAndGoesWithoutTheVersion() throws IOException {
    Version first = fixture.publish("first");
    Version second = fixture.publish("second");
    hub.tag(REPO, "stable", "main");
    hub.tag(REPO, "stable", first.shortId());

    assertThat(hub.resolve(REPO, "stable")).isEqualTo(first);
    hub.deleteTag(REPO, "stable");

    assertThatThrownBy(() -> hub.resolve(REPO, "stable"))
        .isInstanceOf(HubException.NotFound.class)
        .hasMessageContaining(second.id());
    assertThatThrownBy(() -> hub.deleteTag(REPO, "stable"))
        .isInstanceOf(HubException.NotFound.class);
    assertThat(hub.history(REPO)).hasSize(2);
    assertThatIllegalArgumentException().isThrownBy(() -> hub.tag(REPO, "main", "main"));
  }

  @Test
  void unknownShortAndMalformedRevisionsAreNotFound() throws IOException {
    Version version = fixture.publish("first");
    List<String> revisions =
        List.of("v9", version.id().substring(0, 6), "../main", "", "ffffffff", version.id() + "0");

    for (String revision : revisions) {
      assertThatThrownBy(() -> hub.resolve(REPO, revision))
          .as(revision)
          .isInstanceOf(HubException.NotFound.class);
    }
  }

  @Test
  void theVersionIdFollowsFromTheContentAlone() throws IOException {
    HubFixture other = new HubFixture(directory.resolve("other"));

    List<String> here = List.of(fixture.publish("a").id(), fixture.publish("b").id());
    List<String> there = List.of(other.publish("a").id(), other.publish("b").id());

    assertThat(here).isEqualTo(there).doesNotHaveDuplicates();
    // The form on disk must never change: a pinned revision has to stay valid.
    assertThat(fixture.record(1))
        .hasContent(
            "{\"format\":1,\"repo\":\"acme/reviews\",\"sequence\":1,\"base\":1,\"parent\":\"\","
                + "\"deleted\":false,\"created\":\"2026-11-24T10:00:00.123Z\","
                + "\"message\":\"the a one\",\"base_model\":\"\",\"task\":\"\",\"tags\":[],"
                + "\"files\":[{\"path\":\"adapter.fft\",\"size\":1,\"sha256\":"
                + "\"ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb\"}]}");
    assertThat(here.get(0))
        .isEqualTo("4175db4400139d5c5d3879eb2213a22b5d7e9f9bced176b6f6fb530c61887978");
  }

  @Test
  void publishingTheSameAgainAddsNoVersion() throws IOException {
    Version first = fixture.publish("same");
    Version again = hub.publish(REPO, fixture.adapter("same").message("other words").build());

    assertThat(again).isEqualTo(first);
    assertThat(hub.history(REPO)).hasSize(1);
    Metadata metadata = Metadata.of("base", "task");
    assertThat(hub.publish(REPO, fixture.adapter("same").metadata(metadata).build()))
        .isNotEqualTo(first);
  }

  @Test
  void anUnexpectedParentIsAConflictThatChangesNothing() throws IOException {
    Version first = fixture.publish("first");
    Version second = fixture.publish("second");
    List<String> before = fixture.tree();

    assertThatThrownBy(
            () -> hub.publish(REPO, fixture.adapter("x").expectedParent(first.id()).build()))
        .isInstanceOf(HubException.Conflict.class)
        .hasMessageContaining(first.id() + " but found " + second.id());
    assertThatThrownBy(() -> hub.publish(REPO, fixture.adapter("x").expectedNew().build()))
        .isInstanceOf(HubException.Conflict.class)
        .hasMessageContaining("expected none but found " + second.id());
    assertThat(fixture.tree()).isEqualTo(before);
    Version third = hub.publish(REPO, fixture.adapter("x").expectedParent(second.id()).build());
    assertThat(third.parents()).containsExactly(second.id());
  }

  @Test
  void repositoriesAreFoundByBaseModelTaskTagAndName() throws IOException {
    publish("acme/reviews", Metadata.of("FacebookAI/roberta-base", "text-classification", "en"));
    publish("acme/tickets", Metadata.of("FacebookAI/roberta-base", "regression", "en", "de"));
    publish("zeta/chat", Metadata.of("gpt2", "text-generation"));
    publish("chat", Metadata.EMPTY);

    assertThat(names(Query.ALL))
        .containsExactly("acme/reviews", "acme/tickets", "local/chat", "zeta/chat");
    assertThat(names(Query.ALL.withBaseModel("facebookai/ROBERTA-base")))
        .containsExactly("acme/reviews", "acme/tickets");
    assertThat(names(Query.ALL.withTag("EN").withTask("regression")))
        .containsExactly("acme/tickets");
    assertThat(names(Query.ALL.withText("CHAT"))).containsExactly("local/chat", "zeta/chat");
    assertThat(names(Query.ALL.withText("a").withLimit(1))).containsExactly("acme/reviews");
    assertThat(names(Query.ALL.withBaseModel("roberta"))).isEmpty();
  }

  private void publish(String name, Metadata metadata) throws IOException {
    hub.publish(RepoId.parse(name), fixture.adapter(name).metadata(metadata).build());
  }

  private List<String> names(Query query) throws IOException {
    return hub.list(query).stream().map(repo -> repo.repo().toString()).toList();
  }

  @Test
  void aDeletedRepositoryIsGoneAndItsNameCanBeUsedAnew() throws IOException {
    Version first = fixture.publish("first");
    hub.tag(REPO, "v1", "main");
    hub.delete(REPO);

    assertThat(hub.list(Query.ALL)).isEmpty();
    for (String revision : List.of("main", "v1", first.id())) {
      assertThatThrownBy(() -> hub.resolve(REPO, revision))
          .isInstanceOf(HubException.NotFound.class);
    }
    assertThatThrownBy(() -> hub.delete(REPO)).isInstanceOf(HubException.NotFound.class);
    assertThatThrownBy(
            () -> hub.publish(REPO, fixture.adapter("x").expectedParent(first.id()).build()))
        .isInstanceOf(HubException.Conflict.class);

    Version anew = hub.publish(REPO, fixture.adapter("first").expectedNew().build());
    assertThat(anew.id()).isNotEqualTo(first.id());
    assertThat(anew.parents()).isEmpty();
    assertThat(hub.history(REPO)).containsExactly(anew);
    assertThat(hub.tags(REPO)).isEmpty();
    assertThat(hub.fsck().findings()).isEmpty();
  }

  @Test
  void filesOfDeletedRepositoriesAreRemovedByCleaningUnlessOthersNeedThem() throws IOException {
    fixture.publish("shared");
    fixture.publish("lonely");
    RepoId other = RepoId.parse("acme/other");
    hub.publish(other, fixture.adapter("shared").build());
    hub.delete(REPO);

    DirectoryHub later = DirectoryHub.open(fixture.root);
    assertThat(later.clean(Duration.ofHours(1))).isEqualTo(new CleanReport(0, 0, 0));
    assertThat(later.clean(Duration.ZERO)).isEqualTo(new CleanReport(0, 1, 0));
    assertThat(fixture.blob("lonely")).doesNotExist();
    assertThat(hub.fetch(other, "main", fixture.options).resolve("adapter.fft"))
        .hasContent("shared");
    assertThat(hub.fsck().findings()).isEmpty();
  }

  @Test
  void whatWasFetchedIsThereWhileTheHubIsNot() throws IOException {
    String first = fixture.publish("first").id();
    hub.tag(REPO, "v1", first);
    fixture.fetched("v1");
    fixture.publish("second");
    fixture.fetched("main");
    Files.move(fixture.root, directory.resolve("away"));
    FetchOptions offline = fixture.options.withOffline(true);
    DirectoryHub gone = DirectoryHub.open(fixture.root);

    for (String revision : List.of("v1", first, first.substring(0, 10))) {
      assertThat(gone.fetch(REPO, revision, offline).resolve("adapter.fft")).hasContent("first");
    }
    Path main = gone.fetch(REPO, "main", offline).resolve("adapter.fft");
    assertThat(main).hasContent("second");
    for (String unknown : List.of("v2", "0123456", "../x", "x")) {
      assertThatThrownBy(() -> gone.fetch(REPO, unknown, offline))
          .isInstanceOf(HubException.NotFound.class)
          .hasMessageContaining("offline, expected to be cached but found none");
    }
    Files.writeString(main, "damage");
    assertThatThrownBy(() -> gone.fetch(REPO, "main", offline))
        .isInstanceOf(HubException.NotFound.class)
        .hasMessageContaining("file adapter.fft, offline,");
  }

  @Test
  void aKeptRecordThatWasChangedIsNotBelieved() throws IOException {
    String id = fixture.publish("first").id();
    fixture.fetched("main");
    Path records = fixture.options.cache().resolve("directory-records");
    Path record =
        DurableFiles.tree(records).stream()
            .filter(path -> path.endsWith(id + ".json"))
            .findFirst()
            .orElseThrow();
    Files.writeString(record, Files.readString(record).replace("the first one", "the worst one"));

    assertThatThrownBy(() -> hub.fetch(REPO, "main", fixture.options.withOffline(true)))
        .isInstanceOf(HubException.Corrupt.class)
        .hasMessageContaining("cached record expected sha256 " + id);
  }

  @Test
  void moreBytesThanWelcomeAreNotFetched() throws IOException {
    fixture.publish("0123456789");

    assertThatThrownBy(() -> hub.fetch(REPO, "main", fixture.options.withMaxBytes(9)))
        .isInstanceOf(HubException.TooLarge.class)
        .hasMessageContaining("expected 9 bytes at most but found 10");
    assertThat(fixture.options.cache()).doesNotExist();
  }

  @Test
  void aMissingSourceIsNamedAndLeavesNothing() throws IOException {
    fixture.publish("first");
    List<String> before = fixture.tree();
    Path missing = fixture.sources.resolve("missing");
    Publication publication = fixture.adapter("x").file("b", missing).build();

    assertThatThrownBy(() -> hub.publish(REPO, publication))
        .isInstanceOf(HubException.NotFound.class)
        .hasMessage("source of b expected a file but found none (" + missing + ")");
    assertThat(fixture.tree()).isEqualTo(before);
  }

  @Test
  void theUriOfAHubOpensIt() throws IOException {
    fixture.publish("first");

    try (Hub opened = Hubs.open("dir:" + fixture.root)) {
      assertThat(opened.list(Query.ALL)).hasSize(1);
    }
  }
}
