package io.fourierft.hub.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fourierft.hub.HubException;
import io.fourierft.hub.HubFile;
import io.fourierft.hub.Metadata;
import io.fourierft.hub.Mutations;
import io.fourierft.hub.RepoId;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryNamesTest {
  private static final RegistryNames NAMES = new RegistryNames("r.example:5000", "ml");

  @ParameterizedTest
  @CsvSource({
    "acme/reviews, ml/acme/reviews",
    "FacebookAI/roberta-base, ml/facebookai--301/roberta-base",
    "Acme/X, ml/acme--1/x--1",
    "a/b_c.d-e__f, ml/a/b_c.d-e__f"
  })
  void repositoriesHaveNamesInTheRegistry(String repo, String name) throws HubException {
    assertThat(NAMES.of(RepoId.parse(repo))).isEqualTo(name);
    assertThat(NAMES.repo(name)).contains(RepoId.parse(repo));
  }

  @Test
  void everyNameComesBackAsItWas() {
    long seed = System.nanoTime();
    System.out.println("everyNameComesBackAsItWas: seed " + seed);
    Random random = new Random(seed);
    int taken = 0;
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = 1 + random.nextInt(12); n > 0; n--) {
        text.append("abXY09_.-".charAt(random.nextInt(9)));
      }
      try {
        RepoId repo = new RepoId("Acme", text.toString());
        String name = NAMES.of(repo);
        assertThat(RegistryNames.isPath(name)).as(name).isTrue();
        assertThat(NAMES.repo(name)).contains(repo);
        taken++;
      } catch (IllegalArgumentException | HubException e) {
        assertThat(e).hasMessageContaining("expected");
      }
    }
    assertThat(taken).isGreaterThan(1000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ml/a",
        "ml/a/b/c",
        "x/a/b",
        "a/b",
        "ml/a--0/b",
        "ml/a--2/b",
        "ml/a--01/b",
        "ml/A/b",
        "ml/a--zz/b",
        "ml//b",
        "mla/b/c"
      })
  void otherNamesAreNotOfThisHub(String name) {
    assertThat(NAMES.repo(name)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"_a/b", "a/b_", "a/b._c", "a/b___c", "a/b-_c"})
  void namesThatRegistriesCannotTakeAreRefused(String repo) {
    assertThatThrownBy(() -> NAMES.of(RepoId.parse(repo)))
        .isInstanceOf(HubException.Unsupported.class);
  }

  @Test
  void namesAreNotTooLong() {
    RegistryNames deep = new RegistryNames("r.example", "x".repeat(100));
    RepoId repo = new RepoId("a".repeat(90), "b".repeat(90));
    assertThatThrownBy(() -> deep.of(repo))
        .isInstanceOf(HubException.Unsupported.class)
        .hasMessageContaining("255 characters");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a/b",
        "u@h",
        "u:secret@h",
        "h:x",
        "h:123456",
        "a..b",
        "-a",
        "h h",
        "h?x",
        "h#x"
      })
  void addressesThatAreNoneAreRefusedUnseen(String registry) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OciSettings.of(registry, ""))
        .withMessageNotContaining("secret");
  }

  @ParameterizedTest
  @CsvSource({
    "localhost:5000, http://localhost:5000",
    "127.1.2.3, http://127.1.2.3",
    "[::1]:5000, http://[::1]:5000",
    "R.Example, https://r.example",
    "127.0.0.1.example, https://127.0.0.1.example",
    "localhost.example, https://localhost.example",
    "[2001:db8::1], https://[2001:db8::1]"
  })
  void onlyThisMachineGoesWithoutEncryption(String registry, URI endpoint) {
    assertThat(OciSettings.of(registry, "").endpoint()).isEqualTo(endpoint);
  }

  @Test
  void damagedManifestsAreReadOrRefused() throws IOException {
    List<HubFile> files =
        List.of(
            new HubFile("a/b.json", 10, "a".repeat(64)), new HubFile("c.fft", 0, "b".repeat(64)));
    OciDescriptor subject = new OciDescriptor(Artifact.MANIFEST, "sha256:" + "c".repeat(64), 7);
    Artifact.Content content =
        new Artifact.Content(
            files,
            Metadata.of("base", "task", "x", "y"),
            "message",
            Optional.of(subject.digest()),
            Optional.of(subject));
    byte[] good = Artifact.manifest(content, Artifact.config(files));
    assertThat(StoredManifest.read(good, "manifest", "test").content()).isEqualTo(content);

    int refused =
        Mutations.refused(
            good,
            15_000,
            bytes ->
                StoredManifest.read(bytes, "manifest", "test")
                    .content()
                    .files()
                    .forEach(file -> HubFile.requirePath(file.path())));
    assertThat(refused).isBetween(3_000, 14_999);
  }

  @Test
  void damagedChallengesAreReadOrLeftOut() throws IOException {
    byte[] good =
        "Basic realm=\"a\", Bearer realm=\"https://x/t\",service=\"r\",scope=\"p\"".getBytes();
    int refused =
        Mutations.refused(
            good,
            15_000,
            bytes -> {
              String text = new String(bytes, StandardCharsets.ISO_8859_1);
              Challenge.parse(List.of(text))
                  .forEach(found -> assertThat(found.scheme()).matches("[a-z][a-z0-9_-]*"));
            });
    assertThat(refused).isZero();
  }

  @Test
  void challengesAreReadAsServersWriteThem() {
    assertThat(
            Challenge.parse(
                List.of(
                    "Basic realm=\"a b\", Bearer realm=\"https://x/t\",service=r , scope=\"p:q,r\"",
                    "Negotiate",
                    "Basic")))
        .containsExactly(
            new Challenge("basic", Map.of("realm", "a b")),
            new Challenge(
                "bearer", Map.of("realm", "https://x/t", "service", "r", "scope", "p:q,r")),
            new Challenge("basic", Map.of()));
    assertThat(Challenge.parse(List.of("", "=", "Bearer =x", "a=\"b", "\"".repeat(8000))))
        .isEmpty();
    assertThat(Challenge.parse(List.of("Bearer realm=\"" + "x".repeat(9000) + "\""))).isEmpty();
  }
}
