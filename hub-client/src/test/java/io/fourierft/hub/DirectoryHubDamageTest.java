package io.fourierft.hub;

import static io.fourierft.hub.HubFixture.REPO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fourierft.hub.FsckReport.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DirectoryHubDamageTest {
  @TempDir Path directory;
  private HubFixture fixture;
  private DirectoryHub hub;

  @BeforeEach
  void publishTwo() throws IOException {
    fixture = new HubFixture(directory);
    hub = fixture.hub;
    fixture.publish("first");
    fixture.publish("second");
  }

  @Test
  void contentOfTheRightSizeWithOneWrongBitIsNeverFetched() throws IOException {
    Path blob = fixture.blob("second");
    byte[] bytes = Files.readAllBytes(blob);
    bytes[3] ^= 1;
    Files.write(blob, bytes);

    assertThatThrownBy(() -> fixture.fetched("main"))
        .isInstanceOf(HubException.Corrupt.class)
        .hasMessageStartingWith("content of adapter.fft expected sha256 ")
        .hasMessageContaining(blob.toString());
    assertThat(DurableFiles.tree(fixture.options.cache()))
        .noneMatch(path -> Files.isRegularFile(path));
    assertFinding(Kind.WRONG_DIGEST, "blobs/");
  }

  @ParameterizedTest
  @CsvSource({"secon,5 bytes", "second and more,more", "'',0 bytes"})
  void contentOfAnotherSizeIsNeverFetched(String content, String found) throws IOException {
    Files.writeString(fixture.blob("second"), content);

    assertThatThrownBy(() -> fixture.fetched("main"))
        .isInstanceOf(HubException.Corrupt.class)
        .hasMessageContaining("expected 6 bytes but found " + found);
    assertFinding(Kind.WRONG_DIGEST, "blobs/");
  }

  @Test
  void publishingAgainHealsDamagedContent() throws IOException {
    Files.writeString(fixture.blob("second"), "damage");

    fixture.publish("second");

    assertThat(fixture.fetched("main")).isEqualTo("second");
    assertThat(hub.fsck().findings()).isEmpty();
  }

  @Test
  void missingContentIsNamed() throws IOException {
    Files.delete(fixture.blob("first"));

    assertFinding(Kind.MISSING_BLOB, "blobs/");
    assertThat(hub.fsck().damage().get(0).detail()).contains("adapter.fft");
    assertThat(fixture.fetched("main")).isEqualTo("second");
    String first = hub.history(REPO).get(1).id();
    assertThatThrownBy(() -> fixture.fetched(first)).isInstanceOf(HubException.Corrupt.class);
  }

  @Test
  void aChangedRecordIsNotBelieved() throws IOException {
    Path record = fixture.record(2);
    Files.writeString(record, Files.readString(record).replace("the second", "no  second"));

    assertThatThrownBy(() -> hub.resolve(REPO, "main"))
        .isInstanceOf(HubException.Corrupt.class)
        .hasMessageStartingWith("version record expected sha256 ");
    assertFinding(Kind.BAD_RECORD, "repos/acme/reviews/versions/00000002");
    assertThat(hub.list(Query.ALL)).isEmpty();
    assertThatThrownBy(() -> hub.clean(Duration.ZERO)).isInstanceOf(HubException.Corrupt.class);
    assertThat(fixture.blob("second")).exists();
  }

  @Test
  void aLostRecordBreaksTheChain() throws IOException {
    DurableFiles.deleteTree(fixture.slot(1));

    assertFinding(Kind.BROKEN_CHAIN, "repos/acme/reviews/versions/00000001");
    assertThat(fixture.fetched("main")).isEqualTo("second");
    assertThatThrownBy(() -> hub.history(REPO)).isInstanceOf(HubException.Corrupt.class);
  }

  @Test
  void anEmptyPlaceOfARecordIsNamed() throws IOException {
    Files.delete(fixture.record(1));

    assertFinding(Kind.BAD_RECORD, "repos/acme/reviews/versions/00000001");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"adapter.fft\"|\"../../../evil\"",
        "\"adapter.fft\"|\"C:/evil\"",
        "\"adapter.fft\"|\"a\\\\..\\\\evil\"",
        "\"adapter.fft\"|\"nul\\u0000\"",
        "\"size\":6|\"size\":-6",
        "\"size\":6|\"size\":1e30",
        "\"size\":6|\"size\":\"6\"",
        "\"sha256\":\"|\"sha256\":\"../",
        "\"format\":1|\"format\":2",
        "\"format\":1|\"format\":1,\"format\":1",
        "acme/reviews|acme/others",
        "acme/reviews|../reviews",
        "\"sequence\":2|\"sequence\":3",
        "\"base\":1|\"base\":0",
        "\"base\":1|\"base\":9",
        "\"deleted\":false|\"deleted\":0",
        "\"created\":\"2026|\"created\":\"yesterday 2026",
        "\"tags\":[]|\"tags\":[[[[[[[[[[[]]]]]]]]]]]",
        "\"tags\":[]|\"tags\":[{}]",
        "\"task\":\"\",|''",
        "}]}|}]",
        "}]}|}]}{}",
        "{\"format\"|[\"format\"",
      })
  void aRecordThatIsForgedWithItsDigestIsRefused(String from, String to) throws IOException {
    Path record = fixture.record(2);
    String forged = Files.readString(record).replace(from, to);
    assertThat(forged).isNotEqualTo(Files.readString(record));
    Files.delete(record);
    byte[] bytes = forged.getBytes(StandardCharsets.UTF_8);
    Files.write(fixture.slot(2).resolve(Digests.sha256(bytes) + ".json"), bytes);

    assertThatThrownBy(() -> fixture.fetched("main"))
        .isInstanceOfAny(HubException.Corrupt.class, HubException.Unsupported.class)
        .matches(e -> e.getMessage().lines().count() == 1);
    assertThat(fixture.options.cache()).doesNotExist();
    assertFinding(Kind.BAD_RECORD, "repos/acme/reviews/versions/00000002");
  }

  @Test
  void sizesThatOverflowAreTooLargeNotNegative() throws IOException {
    Path record = fixture.record(2);
    String one = "{\"path\":\"adapter.fft\",\"size\":6,";
    String forged =
        Files.readString(record)
            .replace(one, "{\"path\":\"a\",\"size\":" + Long.MAX_VALUE + ",")
            .replace("}]}", "}," + one + "\"sha256\":\"" + "0".repeat(64) + "\"}]}");
    Files.delete(record);
    byte[] bytes = forged.getBytes(StandardCharsets.UTF_8);
    Files.write(fixture.slot(2).resolve(Digests.sha256(bytes) + ".json"), bytes);

    assertThatThrownBy(() -> fixture.fetched("main")).isInstanceOf(HubException.TooLarge.class);
  }

  @Test
  void aRecordTooLongToReadIsRefused() throws IOException {
    Path record = fixture.record(2);
    Files.write(record, new byte[VersionJson.MAX_BYTES + 1]);

    assertThatThrownBy(() -> hub.resolve(REPO, "main"))
        .isInstanceOf(HubException.Corrupt.class)
        .hasMessageContaining("bytes at most");
  }

  @Test
  void damagedAndDanglingTagsAreNamedAndLeadNowhere() throws IOException {
    hub.tag(REPO, "v1", "main");
    Path tags = fixture.root.resolve("repos/acme/reviews/tags");
    Files.writeString(tags.resolve("v2"), "v2 7 " + "0".repeat(64) + "\n");
    Files.writeString(tags.resolve("v3"), "../../../etc/passwd");

    List<FsckReport.Finding> findings = hub.fsck().findings();
    assertThat(findings)
        .extracting(FsckReport.Finding::kind)
        .containsExactly(Kind.BAD_TAG, Kind.DANGLING_TAG);
    assertThat(findings.get(0).path()).isEqualTo("repos/acme/reviews/tags/v3");
    assertThat(findings.get(1).path()).isEqualTo("repos/acme/reviews/tags/v2");
    assertThatThrownBy(() -> hub.resolve(REPO, "v2")).isInstanceOf(HubException.NotFound.class);
    assertThatThrownBy(() -> hub.resolve(REPO, "v3")).isInstanceOf(HubException.Corrupt.class);
    hub.tag(REPO, "v3", "main");
    DirectoryHub later = DirectoryHub.open(fixture.root);
    assertThat(later.clean(Duration.ZERO)).isEqualTo(new CleanReport(0, 0, 1));
    assertThat(hub.fsck().findings()).isEmpty();
    assertThat(hub.tags(REPO)).containsOnlyKeys("v1", "v3");
  }

  @Test
  void leftoversAreNamedAndRemovedOnceOldEnough() throws IOException {
    Path stray = Files.createDirectory(fixture.root.resolve("tmp/stray"));
    Files.writeString(stray.resolve("0"), "half");
    Files.writeString(fixture.root.resolve(".hub.json.half"), "{");
    String unused = "never published";
    Files.createDirectories(fixture.blob(unused).getParent());
    Files.writeString(fixture.blob(unused), unused);

    FsckReport report = hub.fsck();
    assertThat(report.damage()).isEmpty();
    assertThat(report.findings())
        .extracting(FsckReport.Finding::kind)
        .containsExactly(Kind.STRAY_TEMP, Kind.STRAY_TEMP, Kind.UNUSED_BLOB);
    DirectoryHub later = DirectoryHub.open(fixture.root);
    assertThat(later.clean(Duration.ofHours(1))).isEqualTo(new CleanReport(0, 0, 0));
    assertThat(later.clean(Duration.ZERO)).isEqualTo(new CleanReport(2, 1, 0));
    assertThat(hub.fsck().findings()).isEmpty();
    assertThat(fixture.fetched("main")).isEqualTo("second");
  }

  @Test
  void filesOfTheDesktopDoNotDisturb() throws IOException {
    Files.writeString(fixture.slot(2).resolve(".DS_Store"), "x");
    Files.writeString(fixture.root.resolve("blobs/Thumbs.db"), "x");

    assertThat(fixture.fetched("main")).isEqualTo("second");
    assertThat(hub.fsck().damage()).isEmpty();
    assertFinding(Kind.FOREIGN, "blobs/Thumbs.db");
  }

  @Test
  void aCachedCopyThatWasChangedIsFetchedAnew() throws IOException {
    Path fetched = hub.fetch(REPO, "main", fixture.options);
    Files.writeString(fetched.resolve("adapter.fft"), "secind");
    assertThat(fixture.fetched("main")).isEqualTo("second");

    Files.writeString(fetched.resolve("evil.fft"), "extra");
    assertThat(DurableFiles.list(hub.fetch(REPO, "main", fixture.options))).hasSize(1);

    Files.delete(fetched.resolve("adapter.fft"));
    assertThat(fixture.fetched("main")).isEqualTo("second");

    Files.delete(fetched.resolve("adapter.fft"));
    Files.createDirectories(fetched.resolve("adapter.fft/nested"));
    assertThat(fixture.fetched("main")).isEqualTo("second");

    Path outside = fixture.source("outside", "second");
    Files.delete(fetched.resolve("adapter.fft"));
    Files.createSymbolicLink(fetched.resolve("adapter.fft"), outside);
    assertThat(fixture.fetched("main")).isEqualTo("second");
    assertThat(fetched.resolve("adapter.fft")).isRegularFile();
    assertThat(Files.isSymbolicLink(fetched.resolve("adapter.fft"))).isFalse();

    DurableFiles.deleteTree(fetched);
    Files.createSymbolicLink(fetched, fixture.sources);
    assertThat(fixture.fetched("main")).isEqualTo("second");
    assertThat(outside).hasContent("second");
    assertThat(DurableFiles.list(fixture.options.cache().resolve("tmp"))).isEmpty();
  }

  private void assertFinding(Kind kind, String path) throws IOException {
    assertThat(hub.fsck().findings())
        .anySatisfy(
            finding -> {
              assertThat(finding.kind()).isEqualTo(kind);
              assertThat(finding.path()).startsWith(path);
              assertThat(finding.toString().lines()).hasSize(1);
            });
  }
}
