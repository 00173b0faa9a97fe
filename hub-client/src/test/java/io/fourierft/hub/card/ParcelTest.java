package io.fourierft.hub.card;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterFiles;
import io.fourierft.adapter.AdapterLayer;
import io.fourierft.adapter.BaseModel;
import io.fourierft.adapter.Provenance;
import io.fourierft.adapter.Task;
import io.fourierft.hub.HubException;
import io.fourierft.hub.Metadata;
import io.fourierft.hub.ModelCard;
import io.fourierft.hub.RepoId;
import io.fourierft.peft.PeftDirectory;
import io.fourierft.spectral.EntryRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParcelTest {
  private static final RepoId REPO = RepoId.parse("acme/reviews");

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void write() throws IOException {
    file = directory.resolve("my-adapter.fft");
    AdapterFiles.write(file, adapter("acme/base", "sequence-classification", "good"));
  }

  private static Adapter adapter(String base, String kind, String label) {
    return Adapter.builder()
        .baseModel(BaseModel.named(base))
        .rule(EntryRule.seeded(777))
        .scaling(150)
        .addLayer(new AdapterLayer("layer.0.query", 8, 8, new float[] {1, 2, 3}))
        .addLayer(new AdapterLayer("layer.1.query", 8, 8, new float[] {1, 2, 3}))
        .task(new Task(kind, List.of(label, "bad"), "", 0))
        .provenance(
            new Provenance(
                "1.0", "", "", Map.of("epochs", "3"), Map.of("accuracy", 0.8, "huge", 1e12)))
        .build();
  }

  private static String card(Parcel parcel) throws IOException {
    return Files.readString(parcel.files().get("README.md"));
  }

  @Test
  void anAdapterFileTravelsByteForByteWithItsPeftFormAndItsCard() throws IOException {
    Path made;
    try (Parcel parcel = Parcel.pack(file, REPO, Parcel.Wishes.DEFAULTS)) {
      assertThat(parcel.files())
          .containsOnlyKeys(
              "README.md", "adapter.fft", "adapter_config.json", "adapter_model.safetensors")
          .containsEntry("adapter.fft", file);
      assertThat(parcel.notes()).isEmpty();
      assertThat(parcel.metadata())
          .isEqualTo(Metadata.of("acme/base", "text-classification", "fourierft"));
      assertThat(parcel.publication().build().files()).isEqualTo(parcel.files());
      made = parcel.files().get("README.md");
    }
    assertThat(made).doesNotExist();
    assertThat(made.getParent()).doesNotExist();
  }

  @Test
  void theCardTellsWhatTheAdapterIsAndHowToLoadIt() throws IOException {
    try (Parcel parcel = Parcel.pack(file, REPO, Parcel.Wishes.DEFAULTS)) {
      assertThat(card(parcel))
          .startsWith(
              """
              ---
              base_model: acme/base
              library_name: peft
              pipeline_tag: text-classification
              tags:
              - base_model:adapter:acme/base
              - fourierft
              metrics:
              - accuracy
              - huge
              model-index:
              - name: reviews
                results:
                - task:
                    type: text-classification
                  dataset:
                    name: not stated
                    type: unknown
                  metrics:
                  - type: accuracy
                    value: 0.8
                  - type: huge
                    value: 1000000000000
              ---
              # reviews
              """)
          .contains(
              "| layers | 2, 6 coefficients |",
              "| layer.#.query | 2 x \\[8, 8\\], n = 3 |",
              "Labels: good, bad.",
              "| accuracy | 0.8 |",
              "| huge | 1000000000000 |",
              "| epochs | 3 |",
              "bytes: coefficients 24,",
              "AdapterFiles.read(files.resolve(\"adapter.fft\"))",
              "AutoModelForSequenceClassification.from_pretrained(\"acme/base\", num_labels=2)",
              "PeftModel.from_pretrained(base, \"acme/reviews\")");
    }
  }

  @Test
  void thePeftDirectoryOfAnAdapterIsTheOneThatIsWrittenByHand() throws IOException {
    PeftDirectory.write(directory.resolve("peft"), AdapterFiles.read(file));
    try (Parcel parcel = Parcel.pack(file, REPO, Parcel.Wishes.DEFAULTS)) {
      for (String name : List.of(PeftDirectory.CONFIG, PeftDirectory.MODEL)) {
        assertThat(parcel.files().get(name))
            .hasSameBinaryContentAs(directory.resolve("peft").resolve(name));
      }
    }
  }

  @Test
  void anAdapterThatPeftCannotExpressTravelsAlone() throws IOException {
    Adapter odd =
        adapter("acme/base", "x", "good").toBuilder().rule(new EntryRule.BandPass(1, 2, 3)).build();
    AdapterFiles.write(file, odd);
    try (Parcel parcel = Parcel.pack(file, REPO, Parcel.Wishes.DEFAULTS)) {
      assertThat(parcel.files()).containsOnlyKeys("README.md", "adapter.fft");
      assertThat(parcel.notes()).singleElement().asString().startsWith("no PEFT form for Python: ");
      assertThat(card(parcel)).contains("fourierft_adapter.read").doesNotContain("peft");
    }
  }

  @Test
  void aPeftDirectoryTravelsByteForByteAndItsReadmeKeepsItsProse() throws IOException {
    Path peft = directory.resolve("peft");
    PeftDirectory.write(peft, AdapterFiles.read(file));
    String prose = "# My title\n\nMy words.\n";
    Files.writeString(peft.resolve("README.md"), "---\nlicense: mit\ntags: [own]\n---\n" + prose);
    Files.writeString(peft.resolve("tokenizer.json"), "{}");
    Files.createDirectories(peft.resolve(".git"));
    Files.writeString(peft.resolve(".git/config"), "secret");
    Metadata stated = Metadata.of("", "text-classification", "extra");

    try (Parcel parcel =
        Parcel.pack(
            peft, REPO, new Parcel.Wishes(stated, "apache-2.0", true, true, Optional.empty()))) {
      assertThat(parcel.files())
          .containsOnlyKeys(
              "README.md", "adapter_config.json", "adapter_model.safetensors", "tokenizer.json")
          .containsEntry("tokenizer.json", peft.resolve("tokenizer.json"));
      assertThat(parcel.metadata())
          .isEqualTo(Metadata.of("acme/base", "text-classification", "extra", "fourierft", "own"));
      assertThat(card(parcel))
          .startsWith("---\nlicense: apache-2.0\n")
          .contains("\n---\n" + prose, "| method | FOURIERFT |", "2, 6 coefficients")
          .contains("PeftDirectory.read(files, layerShapes)");
    }
    assertThat(peft.resolve("README.md")).content().startsWith("---\nlicense: mit\n");
  }

  @Test
  void whatPeopleWroteIntoTheCardOfTheVersionBeforeIsKept() throws IOException {
    ModelCard before;
    try (Parcel parcel = Parcel.pack(file, REPO, Parcel.Wishes.DEFAULTS)) {
      before =
          ModelCard.parse(
              card(parcel).replace("---\n# reviews", "license: mit\n---\n# reviews\n\nMine.")
                  + "After.\n");
    }
    AdapterFiles.write(file, adapter("acme/base", "sequence-classification", "better"));
    try (Parcel parcel = Parcel.pack(file, REPO, Parcel.Wishes.DEFAULTS.after(before))) {
      assertThat(card(parcel))
          .contains("license: mit\n", "# reviews\n\nMine.", "Labels: better, bad.")
          .doesNotContain("Labels: good")
          .endsWith("-->\nAfter.\n");
    }
  }

  @Test
  void theCardIsLeftAloneWhenNotWanted() throws IOException {
    Parcel.Wishes wishes = new Parcel.Wishes(Metadata.EMPTY, "", false, false, Optional.empty());
    try (Parcel parcel = Parcel.pack(file, REPO, wishes)) {
      assertThat(parcel.files()).containsOnlyKeys("adapter.fft");
    }
  }

  @Test
  void hostileTextsInAnAdapterStayTexts() throws IOException {
    String label = "<script>|<!-- fourierft: end -->\n# [x](y)`";
    AdapterFiles.write(file, adapter("../../base", "evil\nlicense: none", label));
    try (Parcel parcel = Parcel.pack(file, REPO, Parcel.Wishes.DEFAULTS)) {
      assertThat(card(parcel))
          .doesNotContain("<script>", "base_model", "\nlicense")
          .contains("&lt;script>\\|&lt;\\!-- fourierft: end --> # \\[x\\](y)\\`");
      assertThat(card(parcel).split("fourierft: end -->\n", -1)).hasSize(2);
    }
  }

  @Test
  void whatIsNoAdapterIsRefusedAndLeavesNothing() throws IOException {
    Path empty = Files.createDirectories(directory.resolve("empty"));
    assertThatThrownBy(() -> Parcel.pack(empty, REPO, Parcel.Wishes.DEFAULTS))
        .isInstanceOf(HubException.NotFound.class)
        .hasMessage("PEFT directory expected adapter_config.json but found none (" + empty + ")");
    Files.writeString(empty.resolve("adapter_config.json"), "[1");
    Files.writeString(empty.resolve("adapter_model.safetensors"), "x");
    assertThatThrownBy(() -> Parcel.pack(empty, REPO, Parcel.Wishes.DEFAULTS))
        .isInstanceOf(HubException.Corrupt.class);
    Files.writeString(empty.resolve("adapter_config.json"), "{\"peft_type\":\"LORA\"}");
    assertThatThrownBy(() -> Parcel.pack(empty, REPO, Parcel.Wishes.DEFAULTS))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("adapter_model.safetensors");
    Path text = Files.writeString(directory.resolve("text.fft"), "no adapter");
    assertThatThrownBy(() -> Parcel.pack(text, REPO, Parcel.Wishes.DEFAULTS))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("text.fft");
  }
}
