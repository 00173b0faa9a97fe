package io.fourierft.hub.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fourierft.hub.FetchOptions;
import io.fourierft.hub.HubException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelDirectoryTest {
  @TempDir Path directory;
  private HubServer server;

  @BeforeEach
  void start() throws IOException {
    server = new HubServer();
    HubRepo repo = new HubRepo("acme/base");
    SortedMap<String, HubRepo.Blob> files = new TreeMap<>(repo.at("main").files());
    for (String path :
        List.of("config.json", "vocab.txt", "model.safetensors", "pytorch_model.bin", "a/b.json")) {
      files.put(path, new HubRepo.Blob(path.getBytes(StandardCharsets.UTF_8), path.contains("o")));
    }
    repo.commit("main", repo.at("main").id(), "model", files);
    server.repos.put(repo.name, repo);
  }

  @AfterEach
  void stop() {
    server.close();
    assertThat(server.wrong).isEmpty();
  }

  private Path find(String model, boolean offline) throws IOException {
    HuggingFaceSettings settings =
        HuggingFaceSettings.fromEnvironment(Map.of(), directory)
            .withEndpoint(server.url())
            .withOffline(offline)
            .withCache(directory.resolve("cache"));
    return ModelDirectory.find(model, settings, FetchOptions.defaults());
  }

  @Test
  void anIdBringsWhatIsNeededAndThenServesOffline() throws IOException {
    Path found = find("acme/base", false);

    assertThat(names(found)).containsExactly("config.json", "model.safetensors", "vocab.txt");
    assertThat(server.requests()).noneMatch(line -> line.contains("pytorch_model"));
    int asked = server.requests().size();
    assertThat(find("acme/base@main", true)).isEqualTo(found);
    assertThat(server.requests()).hasSize(asked);
  }

  @Test
  void aDirectoryIsTakenAsItIs() throws IOException {
    assertThat(find("" + directory, true)).isEqualTo(directory);
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void unknownModelsAndRevisionsAreNamed() {
    for (String model : List.of("acme/none", "acme/base@v9")) {
      assertThatThrownBy(() -> find(model, false))
          .isInstanceOf(HubException.NotFound.class)
          .hasMessageStartingWith("model expected a directory or a known id but found ")
          .hasMessageEndingWith("(" + model + ")");
    }
    assertThatThrownBy(() -> find("acme/base", true)).hasMessageContaining("offline");
  }

  @ParameterizedTest
  @ValueSource(strings = {"./models/base", "/no/such/model", "a b", "C:\\model", "", "x\0"})
  void textsThatAreNeitherDirectoryNorIdAreRefused(String model) {
    assertThatThrownBy(() -> find(model, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected a directory or [NAMESPACE/]NAME[@REVISION]");
  }

  @Test
  void oneFormOfTheWeightsIsChosen() {
    assertThat(
            ModelFiles.choose(
                List.of(
                    "model-00001-of-00002.safetensors",
                    "model-00002-of-00002.safetensors",
                    "model.safetensors.index.json",
                    "model.fp16.safetensors",
                    "consolidated.safetensors",
                    "pytorch_model-00001-of-00001.bin",
                    "pytorch_model.bin.index.json",
                    "onnx/config.json",
                    "tokenizer.model",
                    "README.md")))
        .containsExactly(
            "model-00001-of-00002.safetensors",
            "model-00002-of-00002.safetensors",
            "model.safetensors.index.json",
            "tokenizer.model");
    assertThat(ModelFiles.choose(List.of("pytorch_model.bin", "tf_model.h5", "config.json")))
        .containsExactly("config.json", "pytorch_model.bin");
  }

  private static List<String> names(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
