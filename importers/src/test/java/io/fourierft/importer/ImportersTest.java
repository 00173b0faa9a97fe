package io.fourierft.importer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fourierft.engine.DirectModel;
import io.fourierft.engine.Inputs;
import io.fourierft.importer.weights.ModelFormatException;
import io.fourierft.importer.weights.TensorInfo;
import io.fourierft.importer.weights.WeightFiles;
import io.fourierft.importer.weights.WeightSource;
import io.fourierft.safetensors.DType;
import io.fourierft.safetensors.SafetensorsWriter;
import io.fourierft.safetensors.TensorSource;
import io.fourierft.vision.ImagePreprocessor;
import io.fourierft.vision.Picture;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class ImportersTest {
  private static final Logger LOG = LoggerFactory.getLogger(ImportersTest.class);

  @TempDir Path folder;

  private void write(String name, String content) throws IOException {
    Files.writeString(folder.resolve(name), content);
  }

  private void assertRefused(String... parts) {
    assertThatThrownBy(() -> Importers.load(folder))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContainingAll(parts);
  }

  @Test
  void unknownArchitectureIsRefusedByName() throws IOException {
    write("config.json", "{\"model_type\": \"mamba\"}");
    assertRefused("model_type", "mamba", "llama");
  }

  @Test
  void layoutOfMetaIsNamed() throws IOException {
    write("params.json", "{\"dim\": 4096}");
    assertRefused("config.json", "params.json", "convert");
  }

  @Test
  void emptyFolderIsRefused() {
    assertRefused("config.json", "no such file");
  }

  @Test
  void pointerOfGitLfsIsNamed() throws IOException {
    write("config.json", "{\"model_type\": \"gpt2\"}");
    write("model.safetensors", "version https://git-lfs.github.com/spec/v1\noid sha256:0\n");
    assertRefused("model.safetensors", "Git LFS pointer", "git lfs pull");
  }

  @Test
  void pageOfAWebServerIsNamed() throws IOException {
    write("config.json", "<!DOCTYPE html><html>Sign in</html>");
    assertRefused("config.json", "HTML page");
  }

  @Test
  void headsThatAFamilyLacksAreRefused() throws Exception {
    Path gpt2 = Path.of(getClass().getResource("/golden/families/gpt2-causal").toURI());
    assertThatThrownBy(() -> Importers.load(gpt2, Head.maskedLm()))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("head of gpt2 expected one of [FEATURES, ")
        .hasMessageContaining("but found MASKED_LM: ask for one of them");
    for (String name :
        new String[] {"BertForMultipleChoice", "GPT2DoubleHeadsModel", "ViTForMaskedImage"}) {
      ConfigFile config =
          ConfigFile.parse("{\"architectures\": [\"" + name + "\"]}", "some/config.json");
      assertThatThrownBy(() -> Importers.head(config))
          .isInstanceOf(ModelFormatException.class)
          .hasMessageContaining("but found " + name + ": load it with a head of your choice")
          .hasMessageEndingWith("(some/config.json)");
    }
  }

  @Test
  void sizesThatNoModelHasAreRefusedBeforeMemoryIsTaken() throws IOException {
    String sizes =
        "{\"model_type\": \"%s\", \"vocab_size\": 5, \"hidden_size\": 4, \"num_attention_heads\": 2,"
            + " \"intermediate_size\": 3, \"num_hidden_layers\": %d, \"head_dim\": %d,"
            + " \"image_size\": %d, \"patch_size\": 1, \"max_position_embeddings\": 7,"
            + " \"type_vocab_size\": 1}";
    for (String[] wrong :
        new String[][] {
          {String.format(sizes, "bert", 2_000_000_000, 2, 4), "num_hidden_layers"},
          {String.format(sizes, "bert", 20_000, 2, 4), "num_hidden_layers expected at most 10000"},
          {String.format(sizes, "llama", 1, 16_000_000, 4), "head_dim times the heads"},
          {String.format(sizes, "vit", 1, 2, 65_536), "fewer than 2^24 patches"}
        }) {
      ConfigFile config = ConfigFile.parse(wrong[0], "some/config.json");
      try (NoWeights none = new NoWeights()) {
        assertThatThrownBy(() -> Importers.load(none, config, Head.features()))
            .isInstanceOf(ModelFormatException.class)
            .hasMessageContaining(wrong[1])
            .hasMessageContaining("some/config.json");
      }
    }
  }

  @Test
  void configurationsOfPublishedModelsAreUnderstood() throws IOException {
    String data = System.getProperty("fourierft.data", "");
    Path configs = Path.of(data, "configs");
    assumeTrue(!data.isEmpty() && Files.isDirectory(configs), "fourierft.data has no configs");
    for (String name :
        new String[] {
          "bert-base-uncased",
          "roberta-base",
          "roberta-large",
          "gpt2",
          "gpt2-medium",
          "gpt2-large",
          "Llama-2-7b-chat-hf",
          "vit-base-patch16-224",
          "vit-base-MINC2500"
        }) {
      ConfigFile config = ConfigFile.read(configs.resolve(name + ".config.json"));
      Path empty = folder.resolve("none.safetensors");
      String prefix = name.startsWith("roberta") ? "roberta." : "other."; // no model_type there
      TensorSource one =
          TensorSource.of(
              prefix + "pooler.dense.bias", DType.F32, new long[] {768}, new float[768]);
      SafetensorsWriter.write(empty, List.of(one), Map.of());
      try (WeightSource none = WeightFiles.open(empty)) {
        assertThatThrownBy(() -> Importers.load(none, config, Importers.head(config)))
            .as(name)
            .isInstanceOf(ModelFormatException.class)
            .hasMessageContaining("model weights expected to match the configuration but found")
            .hasMessageContaining("missing: ");
      }
    }
  }

  /** A source that must not be asked. */
  private static final class NoWeights implements WeightSource {
    @Override
    public String origin() {
      return "none";
    }

    @Override
    public Map<String, TensorInfo> tensors() {
      throw new AssertionError("weights expected not to be looked at");
    }

    @Override
    public void visit(Collection<String> names, Visitor visitor) {
      throw new AssertionError("weights expected not to be read");
    }

    @Override
    public void close() {
      // nothing is open
    }
  }

  @Test
  void pointersInPlaceOfShardsAreNamed() throws IOException {
    write("config.json", "{\"model_type\": \"gpt2\"}");
    write("model.safetensors.index.json", "{\"weight_map\": {\"wte.weight\": \"a.safetensors\"}}");
    write("a.safetensors", "version https://git-lfs.github.com/spec/v1\noid sha256:0\n");
    assertRefused("a.safetensors", "Git LFS pointer", "git lfs pull");
    write("a.safetensors", "");
    assertRefused("a.safetensors", "an empty one: download it again");
  }

  @ParameterizedTest
  @ValueSource(strings = {"stories260K/hf", "gpt2arch-slm4096/hf"})
  void trainedDecodersAnswerAsTheirReferenceDoes(String name) throws IOException {
    String data = System.getProperty("fourierft.data", "");
    Path directory = Path.of(data, name);
    assumeTrue(
        !data.isEmpty() && Files.isDirectory(directory), "fourierft.data has no folder " + name);
    JsonNode golden = new ObjectMapper().readTree(directory.resolve("reference.json").toFile());
    int[] ids = new ObjectMapper().treeToValue(golden.get("input_ids"), int[].class);
    int[] mask = new int[ids.length];
    Arrays.fill(mask, 1);
    Inputs inputs = Inputs.tokens(new int[][] {ids}, new int[][] {mask});
    try (PretrainedModel model = Importers.load(directory, Head.nextToken());
        DirectModel direct = DirectModel.of(model.network(), model.parameters())) {
      INDArray logits = direct.forward(inputs); // [1, vocabulary]
      JsonNode expected = golden.get("logits_last");
      assertThat(logits.size(1)).isEqualTo(expected.size());
      double worst = 0;
      for (int i = 0; i < expected.size(); i++) {
        assertThat(logits.getDouble(0, i)).isCloseTo(expected.get(i).asDouble(), within(1e-4));
        worst = Math.max(worst, Math.abs(logits.getDouble(0, i) - expected.get(i).asDouble()));
      }
      LOG.info("{}: largest deviation from the reference {}", name, worst);
    }
  }

  @Test
  void trainedVisionModelAnswersAsItsReferenceDoes() throws IOException {
    String data = System.getProperty("fourierft.data", "");
    Path directory = Path.of(data, "vit-mnist-trained", "hf_3class");
    assumeTrue(!data.isEmpty() && Files.isDirectory(directory), "fourierft.data has no ViT");
    JsonNode golden = new ObjectMapper().readTree(directory.resolve("reference.json").toFile());
    List<Picture> digits = new ArrayList<>();
    Path images = Path.of(data, "mnist-t10k", "t10k-images-idx3-ubyte.gz");
    try (InputStream stream = new GZIPInputStream(Files.newInputStream(images))) {
      byte[] all = stream.readAllBytes();
      for (JsonNode index : golden.get("t10k_index")) {
        int start = 16 + 784 * index.asInt();
        digits.add(new Picture(28, 28, 1, Arrays.copyOfRange(all, start, start + 784)));
      }
    }
    Inputs inputs = ImagePreprocessor.read(directory, 1).prepare(digits);
    double worst = 0;
    try (PretrainedModel model = Importers.load(directory);
        DirectModel direct = DirectModel.of(model.network(), model.parameters())) {
      INDArray logits = direct.forward(inputs); // [images, labels]
      for (int row = 0; row < digits.size(); row++) {
        for (int label = 0; label < 3; label++) {
          double expected = golden.get("logits").get(row).get(label).asDouble();
          worst = Math.max(worst, Math.abs(logits.getDouble(row, label) - expected));
        }
      }
    }
    assertThat(worst).isLessThan(1e-4);
    LOG.info("vit-mnist-trained: largest deviation from the reference {}", worst);
  }
}
