package io.fourierft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterFiles;
import io.fourierft.adapter.BaseModel;
import io.fourierft.adapter.Fingerprint;
import io.fourierft.adapter.LayerShapes;
import io.fourierft.importer.Importers;
import io.fourierft.importer.PretrainedModel;
import io.fourierft.peft.PeftDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands forward, generate and tokenize, on the checkpoints of tools/reference. */
class ModelCommandsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final double TOLERANCE = 1e-4;
  private static final Path GOLDEN = Path.of("../importers/src/test/resources/golden");
  private static final Path DATA = Path.of(System.getProperty("fourierft.data", "absent"));

  @TempDir private Path folder;

  private static Path family(String name) {
    return GOLDEN.resolve("families").resolve(name);
  }

  private Path input(String family) throws IOException {
    ObjectNode golden = (ObjectNode) JSON.readTree(family(family).resolve("golden.json").toFile());
    golden.remove("output");
    return write(golden.toString());
  }

  private Path write(String json) throws IOException {
    return Files.writeString(folder.resolve("input.json"), json);
  }

  private JsonNode forward(String... options) throws IOException {
    Path output = folder.resolve("output.json");
    List<String> all = new ArrayList<>(List.of("forward", "--output", output.toString()));
    all.addAll(List.of(options));
    CommandRun run = CommandRun.of(all.toArray(String[]::new));
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    return JSON.readTree(output.toFile()).get("logits");
  }

  private static void assertClose(JsonNode found, JsonNode expected) {
    assertThat(found.size()).isEqualTo(expected.size());
    for (int i = 0; i < expected.size(); i++) {
      if (expected.get(i).isArray()) {
        assertClose(found.get(i), expected.get(i));
      } else {
        double difference = found.get(i).doubleValue() - expected.get(i).doubleValue();
        assertThat(Math.abs(difference)).isLessThan(TOLERANCE);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert-masked", "gpt2-sequence", "llama-features", "vit-odd"})
  void forwardAnswersAsTransformersDoes(String name) throws IOException {
    JsonNode found = forward("--model", family(name).toString(), "--input", input(name).toString());
    JsonNode rows = JSON.readTree(family(name).resolve("golden.json").toFile()).get("output");
    if (name.equals("gpt2-sequence") || name.equals("vit-odd")) {
      assertClose(found, rows);
    } else {
      assertThat(found).hasSize(3);
      for (int i = 0; i < rows.size(); i++) {
        assertClose(found.get(i / 9).get(i % 9), rows.get(i));
      }
    }
  }

  @Test
  void imagesOfAnotherSizeAreTakenIfThePositionsMayBeInterpolated() throws IOException {
    ObjectNode batch = (ObjectNode) JSON.readTree(input("vit-interpolated").toFile());
    Path input = write(batch.put("interpolate_pos_encoding", true).toString());
    JsonNode found =
        forward("--model", family("vit-interpolated").toString(), "--input", input.toString());
    Path golden = family("vit-interpolated").resolve("golden.json");
    assertClose(found, JSON.readTree(golden.toFile()).get("output"));
  }

  @Test
  void paddingTakesNoPositionsOfRobertaAndMasksMayBeOfAnyType() throws IOException {
    String model = family("roberta-tokens").toString(); // 14 positions, padding is 1
    String text = "5,6,7,8,9,10,11,12,13,14,15,16";
    String alone = write("{\"input_ids\": [[" + text + "]]}").toString();
    JsonNode expected = forward("--model", model, "--input", alone).get(0);
    String padding = ",1".repeat(8);
    for (String[] values : new String[][] {{"1", "0"}, {"true", "false"}, {"1.0", "0.0"}}) {
      String mask = (values[0] + ",").repeat(12) + (values[1] + ",").repeat(7) + values[1];
      String padded =
          "{\"input_ids\": [[" + text + padding + "]], \"attention_mask\": [[" + mask + "]]}";
      JsonNode found = forward("--model", model, "--input", write(padded).toString()).get(0);
      assertThat(found).hasSize(20);
      for (int i = 0; i < 12; i++) {
        assertClose(found.get(i), expected.get(i));
      }
    }
  }

  @Test
  void aHeadThatNoFileHasIsAnsweredAtRandomButNotWithoutAWarning() throws IOException {
    Path model = Files.createDirectory(folder.resolve("model"));
    try (var files = Files.list(family("bert-tokens"))) {
      for (Path file : files.toList()) {
        Files.copy(file, model.resolve(file.getFileName()));
      }
    }
    Path config = model.resolve("config.json");
    String other =
        Files.readString(config).replace("TokenClassification", "SequenceClassification");
    Files.writeString(config, other);
    CommandRun run =
        CommandRun.of(
            "forward", "--model", model.toString(), "--input", input("bert-tokens").toString());
    assertThat(run.code()).isZero();
    assertThat(run.out()).startsWith("{\"logits\":");
    assertThat(run.err().lines())
        .singleElement()
        .asString()
        .startsWith("fourierft: bert.pooler.dense.weight, bert.pooler.dense.bias expected")
        .contains("random");
  }

  @Test
  void aHeadThatIsNotSupportedIsNamedWithAWayOut() throws IOException {
    Path model = Files.createDirectory(folder.resolve("model"));
    Files.writeString(
        model.resolve("config.json"),
        "{\"model_type\": \"bert\", \"architectures\": [\"BertForMultipleChoice\"]}");
    CommandRun run =
        CommandRun.of("forward", "--model", model.toString(), "--input", write("{}").toString());
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err().lines())
        .singleElement()
        .asString()
        .contains("but found BertForMultipleChoice")
        .contains("name the plain model, such as BertModel");
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama-causal", "gpt2-causal", "roberta-tokens", "llama-sequence-linear"})
  void adaptersOfPeftAnswerAsPeftDoesBesideTheWeightsAndMerged(String name)
      throws IOException, URISyntaxException {
    Path adapter = Path.of(getClass().getResource("/golden/adapters/" + name).toURI());
    JsonNode expected = JSON.readTree(adapter.resolve("logits.json").toFile());
    String model = family(name).toString();
    String input = input(name).toString();

    assertClose(
        forward("--model", model, "--input", input, "--adapter", adapter.toString()), expected);
    assertClose(
        forward("--model", model, "--input", input, "--adapter", adapter.toString(), "--merge"),
        expected);
  }

  @Test
  void anAdapterOfAnotherBaseIsRefused() throws IOException, URISyntaxException {
    Path adapter = Path.of(getClass().getResource("/golden/adapters/gpt2-causal").toURI());
    CommandRun run =
        CommandRun.of(
            "forward",
            "--model",
            family("llama-causal").toString(),
            "--input",
            input("llama-causal").toString(),
            "--adapter",
            adapter.toString());
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err().lines()).singleElement().asString().contains("c_attn");
  }

  @Test
  void anAdapterFileMadeForOtherWeightsNeedsForce() throws IOException, URISyntaxException {
    Path peft = Path.of(getClass().getResource("/golden/adapters/llama-causal").toURI());
    Path file = folder.resolve("adapter.fft");
    String model = family("llama-causal").toString();
    String input = input("llama-causal").toString();
    try (PretrainedModel base = Importers.load(family("llama-causal"))) {
      Map<String, LayerShapes.Shape> shapes = new HashMap<>();
      base.linears()
          .forEach(
              linear ->
                  shapes.put(linear.module(), new LayerShapes.Shape(linear.out(), linear.in())));
      Adapter read = PeftDirectory.read(peft, LayerShapes.of(shapes));
      Fingerprint own = base.fingerprint();
      AdapterFiles.write(file, over(read, own));
      assertClose(
          forward("--model", model, "--input", input, "--adapter", file.toString()),
          JSON.readTree(peft.resolve("logits.json").toFile()));
      AdapterFiles.write(
          file, over(read, new Fingerprint(own.architecture(), own.sizes(), "0".repeat(64))));
    }
    CommandRun run =
        CommandRun.of("forward", "--model", model, "--input", input, "--adapter", file.toString());
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err().lines())
        .singleElement()
        .asString()
        .contains("base weights expected sha256 0000");
    assertClose(
        forward("--model", model, "--input", input, "--adapter", file.toString(), "--force"),
        JSON.readTree(peft.resolve("logits.json").toFile()));
  }

  private static Adapter over(Adapter adapter, Fingerprint fingerprint) {
    BaseModel base = adapter.baseModel();
    return adapter.toBuilder()
        .baseModel(new BaseModel(base.id(), base.revision(), fingerprint))
        .build();
  }

  @Test
  void anAdaptedModelGeneratesTheSameBesideTheWeightsAndMerged()
      throws IOException, URISyntaxException {
    String adapter =
        Path.of(getClass().getResource("/golden/adapters/llama-causal").toURI()).toString();
    String[] command = {
      "generate",
      "--model",
      family("llama-causal").toString(),
      "--prompt-ids",
      "20,21,22",
      "--max-new-tokens",
      "12",
      "--adapter",
      adapter,
      "--merge"
    };
    String merged = CommandRun.of(command).out();
    assertThat(CommandRun.of(Arrays.copyOf(command, 9)).out()).isEqualTo(merged);
    assertThat(CommandRun.of(Arrays.copyOf(command, 7)).out()).isNotEqualTo(merged).isNotBlank();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"input_ids\": [[5, 99]]}|token id expected 0 to 36 but found 99",
        "{\"input_ids\": [[5, -1]]}|token id expected 0 to 36 but found -1",
        "{\"input_ids\": [[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]]}|at most 16 tokens",
        "{\"input_ids\": [[5, 6], [7]]}|input_ids expected rows of 2 but found 1 (row 1) (",
        "{\"input_ids\": [[5, 6]], \"attention_mask\": [[1]]}|attention_mask expected rows of 2",
        "{\"input_ids\": [[5, 6]], \"attention_mask\": [[1, 2]]}|attention_mask expected 0 or 1",
        "{\"input_ids\": [[5, 6.5]]}|input_ids[0][1] expected an integer but found 6.5",
        "{\"input_ids\": [5, 6]}|input_ids[0] expected a list that is not empty but found 5",
        "{\"input_ids\": []}|input_ids expected a list that is not empty but found an empty one",
        "{\"ids\": [[5, 6]]}|input field expected one of [attention_mask, input_ids, interpolate_pos_encoding, pixel_values",
        "{}|input expected either input_ids or pixel_values but found neither",
        "[1]|input expected a JSON object but found a list",
        "{\"input_ids\": [[5|input expected a JSON object but found Unexpected end-of-input",
        "{\"pixel_values\": [[[[1, 2], [3]]]]}|input expected input_ids for a model of the type llama"
      })
  void aBadBatchIsToldInOneLine(String json, String message) throws IOException {
    CommandRun run =
        CommandRun.of(
            "forward",
            "--model",
            family("llama-causal").toString(),
            "--input",
            write(json).toString(),
            "--output",
            folder.resolve("output.json").toString());
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines()).singleElement().asString().contains(message);
    assertThat(folder.resolve("output.json")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"input_ids\": [[1]]}|input expected pixel_values for a model of the type vit but found",
        "{\"pixel_values\": [[[[1, 2], [3, 4]]]]}|expected images of 6 x 9 but found 2 x 2: resize them",
        "{\"pixel_values\": [[[[1]], [[1]]]]}|expected images of 1 channels but found 2",
        "{\"pixel_values\": [[[[1]]]], \"interpolate_pos_encoding\": 1}|expected true or false",
        "{\"pixel_values\": [[[[1, 2], [3]]]]}|pixel_values[0][0][1] expected a list of 2",
        "{\"pixel_values\": [[[[1, \"x\"]]]]}|pixel_values[0][0][0][1] expected a number",
        "{\"pixel_values\": [[[]]]}|pixel_values, axis 2 expected a list that is not empty"
      })
  void aBadBatchOfImagesIsToldInOneLine(String json, String message) throws IOException {
    CommandRun run =
        CommandRun.of(
            "forward", "--model", family("vit-odd").toString(), "--input", write(json).toString());
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines()).singleElement().asString().contains(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "forward --model m|--input",
        "forward --model m --input x --merge|--adapter expected with --merge or --force",
        "forward --model m --input x --output no/such/y|--output expected a file in an existing",
        "generate --model m|either --prompt or --prompt-ids expected but found neither or both",
        "generate --model m --prompt x --temperature 0|temperature expected above 0 but found 0.0",
        "generate --model m --prompt x --beams 2 --top-k 5|--beams expected without --temperature",
        "generate --model m --prompt x --top-p 2|top-p expected above 0 and at most 1 but found 2",
        "generate --model m --prompt x --chat nonsense|chat template expected one of [llama-2",
        "generate --model m --prompt x --system y|--chat expected with --system",
        "tokenize --model m|either TEXT or --input expected but found neither or both",
        "tokenize --model m --max-length 0 x|--max-length expected 1 or more but found 0"
      })
  void wrongUsageIsToldInOneLine(String command, String message) {
    CommandRun run = CommandRun.of(command.split(" "));
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines()).singleElement().asString().contains(message).contains("--help");
  }

  @Test
  void generateContinuesIdsGreedilyAndByBeams() throws IOException {
    try (InputStream stream = Files.newInputStream(GOLDEN.resolve("generation.json"))) {
      int compared = 0;
      for (JsonNode golden : JSON.readTree(stream).get("cases")) {
        boolean plain = golden.get("options").isEmpty() && golden.get("ends").isEmpty();
        if (plain && !golden.get("model").textValue().endsWith("dynamic")) {
          String prompt = golden.get("prompts").get(0).toString().replaceAll("[\\[\\]]", "");
          CommandRun run =
              CommandRun.of(
                  "generate",
                  "--model",
                  family(golden.get("model").textValue()).toString(),
                  "--prompt-ids",
                  prompt,
                  "--max-new-tokens",
                  golden.get("new").toString());
          assertThat(run.out().strip())
              .isEqualTo(
                  golden
                      .get("expected")
                      .get(0)
                      .get("tokens")
                      .toString()
                      .replaceAll("[\\[\\]]", ""));
          compared++;
        }
      }
      assertThat(compared).isEqualTo(4);
    }
  }

  @Test
  void aBatchOfPromptsGivesEachOnesContinuation() throws URISyntaxException {
    String model = family("llama-causal").toString();
    CommandRun first = generate(model, "20,21,22");
    CommandRun second = generate(model, "[9, 30, 8, 11, 12]");
    CommandRun both = generate(model, "20,21,22", "9,30,8,11,12");
    assertThat(both.out()).isEqualTo(first.out() + second.out());
    assertThat(both.out().lines()).hasSize(2).doesNotHaveDuplicates();
    CommandRun wrong = generate(model, "20,x");
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err()).contains("token ids expected such as 1,403,407 but found 20,x");
  }

  private static CommandRun generate(String model, String... prompts) {
    List<String> command =
        new ArrayList<>(List.of("generate", "--model", model, "--max-new-tokens", "6"));
    for (String prompt : prompts) {
      command.addAll(List.of("--prompt-ids", prompt));
    }
    return CommandRun.of(command.toArray(String[]::new));
  }

  @Test
  void offlineAModelThatIsNotInTheCacheIsRefusedAtOnce() {
    CommandRun run = CommandRun.of("tokenize", "--model", "nobody/no-such-model", "--offline", "x");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err().lines())
        .singleElement()
        .asString()
        .contains("nobody/no-such-model", "offline, expected to be cached but found none");
  }

  @Test
  void tokenTypesOfGpt2AreRefused() throws IOException, URISyntaxException {
    Path input = folder.resolve("types.json");
    Files.writeString(input, "{\"input_ids\": [[5, 6]], \"token_type_ids\": [[0, 0]]}");
    CommandRun run =
        CommandRun.of(
            "forward", "--model", family("gpt2-causal").toString(), "--input", input.toString());
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .contains("input of GPT-2 expected no token_type_ids")
        .contains("leave the field out");
  }

  @Test
  void generateRefusesAModelThatWritesNothingAndAPromptWithoutRoom() {
    CommandRun run =
        CommandRun.of(
            "generate", "--model", family("bert-masked").toString(), "--prompt-ids", "5,6");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err().lines()).singleElement().asString().contains("NEXT_TOKEN");
    run =
        CommandRun.of(
            "generate",
            "--model",
            family("gpt2-causal").toString(),
            "--prompt-ids",
            "5,6",
            "--max-new-tokens",
            "10");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err().lines())
        .singleElement()
        .asString()
        .contains("prompt expected 1 to 1 tokens, to leave room for 10 new ones");
  }

  @Test
  void tokenizeMakesTheBatchThatForwardTakes() throws IOException {
    String tokenizer = GOLDEN.resolve("tokens/bytes-roberta").toString();
    CommandRun run = CommandRun.of("tokenize", "--model", tokenizer, "x", "two words");
    JsonNode first = JSON.readTree(run.out().lines().findFirst().orElseThrow());
    assertThat(first.get(0).intValue()).isZero();
    assertThat(first.get(2).intValue()).isEqualTo(2);
    Path output = folder.resolve("batch.json");
    CommandRun.of(
        "tokenize",
        "--model",
        tokenizer,
        "--padding",
        "left",
        "--output",
        output.toString(),
        "x",
        "two words");
    JsonNode batch = JSON.readTree(output.toFile());
    assertThat(batch.get("input_ids").get(0).size())
        .isEqualTo(batch.get("input_ids").get(1).size());
    assertThat(batch.get("attention_mask").get(0).get(0).intValue()).isZero();
    assertThat(batch.has("token_type_ids")).isFalse();
    assertThat(batch.get("input_ids").get(0).get(0).intValue()).isOne();
    String ids = batch.get("input_ids").get(1).toString();
    CommandRun back = CommandRun.of("tokenize", "--model", tokenizer, "--decode", ids);
    assertThat(back.out().strip()).isEqualTo("two words");
  }

  @Test
  void trainedCheckpointsAnswerAsTheirReferences() throws IOException {
    assumeThat(DATA.resolve("stories260K")).as("shared test data").exists();
    for (String name : List.of("stories260K/hf", "gpt2arch-slm4096/hf")) {
      JsonNode reference = JSON.readTree(DATA.resolve(name).resolve("reference.json").toFile());
      Path input = write("{\"input_ids\": [" + reference.get("input_ids") + "]}");
      JsonNode found =
          forward("--model", DATA.resolve(name).toString(), "--input", input.toString()).get(0);
      assertClose(found.get(found.size() - 1), reference.get("logits_last"));
    }
  }
}
