package io.fourierft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterFiles;
import io.fourierft.adapter.AdapterLayer;
import io.fourierft.adapter.BaseModel;
import io.fourierft.adapter.Task;
import io.fourierft.peft.PeftDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands that talk to a hub, on a directory hub. */
class HubCommandsTest {
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void writeAdapter() throws IOException {
    file = folder.resolve("my.fft");
    write(1);
  }

  private void write(float coefficient) throws IOException {
    AdapterFiles.write(
        file,
        Adapter.builder()
            .baseModel(BaseModel.named("acme/base"))
            .scaling(150)
            .addLayer(new AdapterLayer("a", 4, 4, new float[] {coefficient}))
            .task(new Task("sequence-classification", List.of("x", "y"), "", 0))
            .build());
  }

  private CommandRun run(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(1, List.of("--hub", "dir:" + folder.resolve("hub")));
    return CommandRun.of(all.toArray(String[]::new));
  }

  private String done(String... words) {
    CommandRun run = run(words);
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    return run.out();
  }

  private JsonNode json(String... words) throws IOException {
    List<String> all = new ArrayList<>(List.of(words));
    all.add("--json");
    return JSON.readTree(done(all.toArray(String[]::new)));
  }

  private void fails(int code, String message, String... words) {
    CommandRun run = run(words);
    assertThat(run.code()).as(run.toString()).isEqualTo(code);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines()).singleElement().asString().contains(message);
  }

  @Test
  void anAdapterIsPushedFoundShownPulledAndDeleted() throws IOException {
    assertThat(done("push", "acme/reviews", "" + file, "-m", "the first", "--tag", "v1"))
        .contains("published  acme/reviews version ", "README.md, adapter.fft", "tagged     v1");
    assertThat(done("push", "acme/reviews", "" + file)).startsWith("unchanged  acme/reviews");
    write(2);
    done("push", "acme/reviews", "" + file, "-m", "the second", "--keyword", "nice");

    assertThat(done("list")).contains("NAME", "acme/reviews", "acme/base", "nice");
    assertThat(done("list", "--base-model", "acme/other")).startsWith("no adapters found in dir:");
    assertThat(done("list", "-q", "--tag", "nice", "--task", "text-classification", "rev"))
        .startsWith("acme/reviews  ");
    assertThat(done("history", "acme/reviews").lines())
        .hasSize(2)
        .satisfies(
            lines -> {
              assertThat(lines.get(0)).endsWith("-   the second");
              assertThat(lines.get(1)).endsWith("v1  the first");
            });
    assertThat(done("show", "acme/reviews@v1"))
        .contains("message     the first", "tags        v1", "base model  acme/base")
        .contains("  adapter.fft ");

    Path output = folder.resolve("out");
    assertThat(done("pull", "acme/reviews", "-o", "" + output)).contains("4 of them written");
    assertThat(output.resolve("adapter.fft")).hasSameBinaryContentAs(file);
    assertThat(done("pull", "acme/reviews", "-o", "" + output)).contains("0 of them written");
    fails(1, "expected to be new or the same", "pull", "acme/reviews@v1", "-o", "" + output);
    done("pull", "acme/reviews@v1", "-o", "" + output, "--force");

    done("rm", "acme/reviews", "--yes");
    fails(1, "acme/reviews", "show", "acme/reviews");
  }

  @Test
  void aPeftDirectoryIsPulledAsItWasPushed() throws IOException {
    Path peft = folder.resolve("peft");
    PeftDirectory.write(peft, AdapterFiles.read(file));
    Files.writeString(peft.resolve("README.md"), "# Mine\n");

    done("push", "acme/peft", "" + peft, "--no-card");
    Path output = folder.resolve("out");
    done("pull", "acme/peft", "-o", "" + output);

    for (String name : List.of("README.md", PeftDirectory.CONFIG, PeftDirectory.MODEL)) {
      assertThat(output.resolve(name)).hasSameBinaryContentAs(peft.resolve(name));
    }
  }

  @Test
  void anExpectedVersionThatIsNotTheNewestIsAConflict() throws IOException {
    fails(1, "acme/reviews", "push", "acme/reviews", "" + file, "--expect", "0123456789ab");
    done("push", "acme/reviews", "" + file, "--expect", "none");
    String first = json("show", "acme/reviews").path("version").asText();
    write(2);
    fails(1, "newest version", "push", "acme/reviews", "" + file, "--expect", "none");
    done("push", "acme/reviews", "" + file, "--expect", first.substring(0, 12));
    write(3);
    fails(1, "newest version", "push", "acme/reviews", "" + file, "--expect", first);
    assertThat(json("history", "acme/reviews")).hasSize(2);
  }

  @Test
  void tagsMoveAndGo() throws IOException {
    done("push", "acme/reviews", "" + file, "--tag", "v1");
    write(2);
    done("push", "acme/reviews", "" + file);
    String first = json("show", "acme/reviews@v1").path("version").asText();
    String second = json("show", "acme/reviews").path("version").asText();

    assertThat(done("tag", "acme/reviews@main", "v1"))
        .isEqualTo("tagged  acme/reviews@v1 = " + second + "\n");
    done("tag", "acme/reviews@" + first, "old");
    assertThat(json("tag", "acme/reviews").path("old").asText()).isEqualTo(first);
    assertThat(done("tag", "--delete", "acme/reviews", "old"))
        .isEqualTo("untagged  acme/reviews@old\n");
    fails(1, "tag of acme/reviews", "tag", "--delete", "acme/reviews", "old");
    assertThat(done("tag", "acme/reviews")).isEqualTo("v1  " + second + "\n");
  }

  @Test
  void programsGetJson() throws IOException {
    JsonNode pushed = json("push", "acme/reviews", "" + file, "-m", "m", "--tag", "v1");
    assertThat(pushed.path("repository").asText()).isEqualTo("acme/reviews");
    assertThat(pushed.path("new").asBoolean()).isTrue();
    assertThat(pushed.path("tags").path(0).asText()).isEqualTo("v1");
    String version = pushed.path("version").asText();

    JsonNode shown = json("show", "acme/reviews");
    assertThat(shown.path("version").asText()).isEqualTo(version);
    assertThat(shown.path("files").path(1).path("path").asText()).isEqualTo("adapter.fft");
    assertThat(shown.path("files").path(1).path("size").asLong()).isEqualTo(Files.size(file));
    assertThat(json("list").path(0).path("base_model").asText()).isEqualTo("acme/base");
    assertThat(json("history", "acme/reviews").path(0).path("tags").path(0).asText())
        .isEqualTo("v1");
    assertThat(json("pull", "acme/reviews", "-o", "" + folder.resolve("o")).path("written").asInt())
        .isEqualTo(4);
    assertThat(json("rm", "acme/reviews", "-y").path("versions").asInt()).isEqualTo(1);
    assertThat(json("list")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "push a/b|Missing required parameter",
        "push ../b x|namespace expected",
        "push a/b@main x|repository expected without a revision",
        "push a/b x --tag ../v|tag",
        "push a/b x --tag v1 --pull-request|--tag expected without --pull-request",
        "pull a/b|--output",
        "pull a/b@ -o x|revision expected after @",
        "pull a//b -o x|repository name expected",
        "verify --model x a/b|--model expected without --hub",
        "list --limit 0|--limit expected 1 or more",
        "tag a/b --delete|TAG expected with --delete",
        "tag a/b ../v|tag",
        "rm a/b|--yes expected where nobody can be asked",
        "show|Missing required parameter",
        "history a/b@v1|repository expected without a revision",
        "verify a/b@|revision expected after @"
      })
  void wrongUsageIsToldInOneLine(String command, String message) {
    fails(2, message, command.split(" "));
    assertThat(folder.resolve("hub")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "show a/b|repository",
        "verify a/b|repository",
        "pull a/b -o OUT|repository",
        "history a/b|repository",
        "tag a/b|repository",
        "tag a/b v1|repository",
        "rm a/b --yes|repository",
        "push a/b none.fft|none.fft"
      })
  void whatIsNotThereIsNamedInOneLine(String command, String message) {
    fails(1, message, command.replace("OUT", "" + folder.resolve("out")).split(" "));
    assertThat(folder.resolve("hub")).doesNotExist();
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void theCardInTheHubKeepsWhatPeopleWroteThere() throws IOException {
    Path output = folder.resolve("out");
    done("push", "acme/reviews", "" + file, "--keyword", "nice", "--license", "mit");
    done("pull", "acme/reviews", "-o", "" + output);
    Path card = output.resolve("README.md");
    Files.writeString(card, Files.readString(card).replace("# reviews\n", "# Mine\n"));
    Files.delete(output.resolve("adapter.fft"));
    done("push", "acme/reviews", "" + output);

    write(2);
    done("push", "acme/reviews", "" + file);
    assertThat(done("push", "acme/reviews", "" + file)).startsWith("unchanged");
    done("pull", "acme/reviews", "-o", "" + output, "--force");
    assertThat(card).content().contains("license: mit\n", "- nice\n", "\n# Mine\n");
  }

  @Test
  void signedVersionsAreTakenFromThoseWhoSignedThem() throws Exception {
    List<String> mine = keys("mine");
    List<String> theirs = keys("theirs");
    done("push", "acme/plain", "" + file);
    assertThat(done("push", "acme/signed", "" + file, "--sign", mine.get(0), mine.get(1)))
        .contains("model.sig");
    String out = folder.resolve("out").toString();

    done("pull", "acme/signed", "-o", out, "--signed-by", mine.get(1));
    done("verify", "acme/signed", "--signed-by", theirs.get(1), "--signed-by", mine.get(1));
    fails(1, "sign", "pull", "acme/signed", "-o", out, "--signed-by", theirs.get(1));
    fails(1, "sign", "verify", "acme/plain", "--signed-by", mine.get(1));
    fails(1, "none.pem", "pull", "acme/signed", "-o", out, "--signed-by", "none.pem");
    fails(2, "--signed-by expected with a name", "verify", "--signed-by", mine.get(1));

    // Pushed on as it is, the signature and the card stay.
    assertThat(done("push", "acme/copy", out)).contains("left as it is");
    done("verify", "acme/copy", "--signed-by", mine.get(1));
  }

  private List<String> keys(String name) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair pair = generator.generateKeyPair();
    return List.of(
        pem(name, "PRIVATE KEY", pair.getPrivate().getEncoded()),
        pem(name, "PUBLIC KEY", pair.getPublic().getEncoded()));
  }

  private String pem(String name, String kind, byte[] bytes) throws IOException {
    String text = Base64.getMimeEncoder().encodeToString(bytes);
    Path pem = folder.resolve(name + " " + kind + ".pem");
    Files.writeString(
        pem, "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n");
    return pem.toString();
  }

  @Test
  void damageIsFound() throws IOException {
    done("push", "acme/reviews", "" + file);
    String hub = "dir:" + folder.resolve("hub");
    assertThat(done("verify", "acme/reviews")).startsWith("acme/reviews: whole, version ");
    assertThat(done("verify")).startsWith(hub + ": whole, 1 repositories, 1 versions, 4 files, ");
    assertThat(json("verify").path("whole").asBoolean()).isTrue();
    assertThat(json("verify", "acme/reviews").path(0).path("whole").asBoolean()).isTrue();

    String sha256 = json("show", "acme/reviews").path("files").path(1).path("sha256").asText();
    Path blob = folder.resolve("hub/blobs").resolve(sha256.substring(0, 2)).resolve(sha256);
    Files.write(blob, new byte[(int) Files.size(blob)]);
    fails(1, "content of adapter.fft expected sha256 " + sha256, "verify", "acme/reviews");
    CommandRun run = run("verify");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).startsWith("WRONG_DIGEST blobs/").contains(hub + ": damaged, ");
  }

  @Test
  void aHubWithoutPullRequestsSaysSo() {
    fails(1, "expected a hub that knows them", "push", "a/b", "" + file, "--pull-request");
  }
}
