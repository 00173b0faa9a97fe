package io.fourierft.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
  private static final Path ANY = Path.of("any");

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
        "",
        ".",
        "..",
        "a/./b",
        "a//b",
        "a/",
        "a/..",
        "nul",
        "NUL.txt",
        "a/CON",
        "com1.tar.gz",
        "LPT\u00b9",
        "aux .txt",
        "a\u0000b",
        "a\nb",
        "a\u202eb",
        "a?b",
        "a*",
        "a|b",
        "a\"b",
        "<a>",
        "file.txt:stream",
        "a.",
        "a ",
        "a./b",
        " a",
        "\ud800",
      })
  void fileNamesThatSomeSystemCannotKeepAreRefused(String path) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Publication.builder().file(path, ANY))
        .withMessageContaining("expected")
        .withMessageContaining("but found")
        .matches(e -> e.getMessage().lines().count() == 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {201, 300, 5000})
  void namesTooLongForFileSystemsAreRefused(int length) {
    String path = "n".repeat(length);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Publication.builder().file(path, ANY))
        .withMessageContaining(length + " characters");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "adapter.fft",
        "adapter_model.safetensors",
        "README.md",
        ".gitattributes",
        "deep/er/file-1.bin",
        "console.log",
        "com10",
        "nullable.txt",
        "a..b",
        "M\u00fcller, K\u00e4the.json",
      })
  void ordinaryFileNamesAreTaken(String path) {
    assertThat(Publication.builder().file(path, ANY).build().files()).containsKey(path);
  }

  @ParameterizedTest
  @CsvSource({"a.txt,A.TXT", "a,a/b", "a/b,a", "a/b,A", "a/b/c,A/B", "\u00e9,e\u0301"})
  void fileNamesThatSomeSystemMixesUpAreRefused(String first, String second) {
    Publication.Builder builder = Publication.builder().file(first, ANY);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.file(second, ANY))
        .withMessageContaining(first);
  }

  @Test
  void siblingsWithACommonBeginningAreNoMixUp() {
    Publication.Builder builder = Publication.builder().file("a", ANY).file("a-b", ANY);

    assertThat(builder.file("a.b/c", ANY).build().files()).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource({
    "acme/ad1,acme,ad1",
    "ad1,local,ad1",
    "A_b.c-d/x_.y-z_,A_b.c-d,x_.y-z_",
  })
  void repositoryNamesAreReadWithAndWithoutNamespace(String text, String namespace, String name) {
    assertThat(RepoId.parse(text)).isEqualTo(new RepoId(namespace, name));
  }

  @Test
  void theLongestRepositoryNameHasNinetySixCharactersInEachPart() {
    String part = "p".repeat(96);

    assertThat(RepoId.parse(part + "/" + part)).hasToString(part + "/" + part);
    assertThatIllegalArgumentException().isThrownBy(() -> RepoId.parse(part + "p"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "/", "a/", "/a", "a/b/c", "..", "a/..", "../a", "a..b", "a--b", "-a", "a-", ".a", "a.",
        "a.git", "a b", "a\\b", "a:b", "a\u0000", "a\nb", "\u00e4", "C:/x", "a/b\n"
      })
  void repositoryNamesThatBreakARuleAreRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RepoId.parse(text))
        .withMessageContaining("but found")
        .matches(e -> e.getMessage().lines().count() == 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "main", "Main", "abcdef0", "../x", "a/b", "a\\b", "-v", "v.", "nul"})
  void tagsThatBreakARuleAreRefused(String tag) {
    assertThat(TagFiles.isName(tag)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1", "v1.0.2", "1.0", "stable", "abcdef", "2026-11-24", "x"})
  void ordinaryTagsAreTaken(String tag) {
    assertThat(TagFiles.isName(tag)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hf:acme/x",
        "oci:host",
        "oci://u:p@host",
        "oci://host/UP",
        "/tmp/x",
        "dir:",
        "dir",
        ""
      })
  void hubUrisOtherThanDirectoriesAreRefusedInOneLine(String uri) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HubUri.parse(uri))
        .withMessageStartingWith("hub URI expected ")
        .matches(e -> e.getMessage().lines().count() == 1);
  }

  @Test
  void theTildeInAHubUriIsTheHomeDirectory() {
    Path home = Path.of(System.getProperty("user.home")).toAbsolutePath().normalize();

    assertThat(HubUri.parse("dir:~/x")).isEqualTo(new HubUri.Directory(home.resolve("x")));
    assertThat(HubUri.parse("dir:~")).isEqualTo(new HubUri.Directory(home));
    assertThat(HubUri.parse("dir:/a/../b~/c")).hasToString("dir:" + Path.of("/b~/c"));
  }
}
