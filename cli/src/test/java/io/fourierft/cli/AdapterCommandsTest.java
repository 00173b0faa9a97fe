package io.fourierft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterFiles;
import io.fourierft.adapter.AdapterLayer;
import io.fourierft.cli.adapter.TinyModel;
import io.fourierft.peft.PeftDirectory;
import io.fourierft.safetensors.SafetensorsFile;
import io.fourierft.safetensors.TensorEntry;
import io.fourierft.spectral.EntryRule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code inspect}, {@code convert}, {@code verify} and {@code diff} on adapters of PEFT. */
class AdapterCommandsTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"roberta", "bert", "gpt2", "llama", "vit"})
  void toNativeAndBackGivesTheBytesOfPeft(String name) throws IOException {
    TinyModel tiny = TinyModel.of(name);
    Path file = folder.resolve("new/a.fft");
    Path back = folder.resolve("back");

    ok("convert", "--to", "native", "--input", tiny.adapter(), "--output", file, model(tiny));
    ok("convert", "--to", "peft", "--input", file, "--output", back);

    for (String part : List.of(PeftDirectory.CONFIG, PeftDirectory.MODEL)) {
      assertThat(back.resolve(part)).hasSameBinaryContentAs(tiny.adapter().resolve(part));
    }
    assertThat(ok("diff", file, back).out()).isEqualTo("no difference\n");
    assertThat(ok("verify", file, back, model(tiny)).out().lines())
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).contains(": whole and of this base, "));
    Adapter adapter = AdapterFiles.read(file);
    assertThat(adapter.baseModel().fingerprint().weightsSha256()).hasSize(64);
    assertThat(adapter.baseModel().fingerprint().architecture()).isEqualTo(name);
  }

  @Test
  void inspectShowsAnAdapterFileAsATableAndAsJson() throws IOException {
    Path file = nativeFile("roberta");

    assertThat(ok("inspect", file).out())
        .contains("base architecture", "roberta", "TORCH_RANDPERM, seed 777", "scaling", "150.0")
        .contains("roberta.encoder.layer.#.attention.self.query", "2 x [12, 12], n = 20")
        .contains("classifier.dense.weight", "format version", "sha256");
    JsonNode json = json(ok("inspect", "--json", file));
    assertThat(json.at("/kind").asText()).isEqualTo("adapter");
    assertThat(json.at("/layers/0/cols").asInt()).isEqualTo(12);
    assertThat(json.at("/coefficient_count").asInt()).isEqualTo(80);
    assertThat(json.at("/base/sizes/hidden_size").asInt()).isEqualTo(12);
    assertThat(json.at("/file/size").asLong()).isEqualTo(Files.size(file));
    assertThat(json.at("/file/sha256").asText()).isEqualTo(AdapterFiles.verify(file).sha256());
  }

  @Test
  void inspectShowsAPeftDirectoryWithShapesWhereTheBaseIsGiven() throws IOException {
    TinyModel tiny = TinyModel.of("gpt2");

    assertThat(ok("inspect", tiny.adapter()).out())
        .contains("PEFT, FOURIERFT", "3 x (shape known to the base), n = 25", "score.weight")
        .contains("bytes: adapter_model.safetensors")
        .doesNotContain("format version");
    assertThat(ok("inspect", tiny.adapter(), model(tiny)).out()).contains("3 x [36, 12], n = 25");
    JsonNode json = json(ok("inspect", tiny.adapter().resolve(PeftDirectory.CONFIG), "--json"));
    assertThat(json.at("/kind").asText()).isEqualTo("peft");
    assertThat(json.at("/layers/0").has("rows")).isFalse();
    assertThat(json.at("/unknown_keys").isEmpty()).isTrue();
  }

  @Test
  void inspectReportsUnknownKeysOfAPeftConfiguration() throws IOException {
    Path copy = peft("bert");
    replace(copy, "\"inference_mode\"", "\"of_the_future\": 3,\n  \"inference_mode\"");

    assertThat(ok("inspect", copy).out()).contains("unknown keys", "of_the_future");
    Path file = folder.resolve("a.fft");
    CommandRun run =
        ok("convert", "--to=native", "--input", copy, "--output", file, model(tiny("bert")));
    assertThat(run.out())
        .contains("keys of adapter_config.json that mean nothing here, kept: of_the_future\n");
    Path back = folder.resolve("back");
    ok("convert", "--to=peft", "--input", file, "--output", back);
    assertThat(back.resolve(PeftDirectory.CONFIG)).content().contains("\"of_the_future\": 3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"roberta", "bert", "gpt2", "llama", "vit"})
  void inspectShowsModels(String name) throws IOException {
    TinyModel tiny = TinyModel.of(name);

    assertThat(ok("inspect", tiny.base()).out())
        .containsPattern("family +" + name + "\n")
        .containsPattern("head +" + (name.equals("llama") ? "causal lm" : ".*3 labels"))
        .containsPattern("parameters +[0-9],[0-9]{3}\n  as F32 +[0-9],[0-9]{3}\n")
        .containsPattern("weights +model.safetensors");
    JsonNode json = json(ok("inspect", "--json", tiny.base()));
    assertThat(json.at("/supported").asBoolean()).isTrue();
    assertThat(json.at("/types/F32").asLong()).isEqualTo(json.at("/parameters").asLong());
  }

  @Test
  void mergedModelsHoldEveryFileOfTheBase() throws IOException {
    TinyModel tiny = TinyModel.of("roberta");
    Path out = folder.resolve("merged");

    CommandRun run =
        ok("convert", "--to", "merged", "--input", tiny.adapter(), "--output", out, model(tiny));

    assertThat(run.out())
        .contains("41 tensors, 4 with the adapter added, 8 replaced, 0 new; files of weights: 1");
    assertThat(out).isDirectoryContaining("glob:**/config.json");
    assertThat(ok("inspect", out).out()).containsPattern("family +roberta");
  }

  @Test
  void loraSaysWhatItLosesLayerByLayer() throws IOException {
    Path out = folder.resolve("lora");
    Path file = nativeFile("llama");

    CommandRun run = ok("convert", "--to", "lora", "--rank", "4", "--input", file, "--output", out);

    assertThat(run.out())
        .containsPattern("model.layers.0.self_attn.q_proj +[1-9][0-9]*\\.[0-9]{4} %")
        .containsPattern("model.layers.0.self_attn.v_proj +0\\.0000 %") // of rank 4 as a whole
        .contains("9 layers, LoRA of rank 4, ", " of the weight changes lost");
    try (SafetensorsFile tensors = SafetensorsFile.open(out.resolve(PeftDirectory.MODEL))) {
      assertThat(tensors.entries()).hasSize(18);
    }
    fails("peft_type expected FOURIERFT, the only one read, but found 'LORA'", "inspect", out);
  }

  @Test
  void halfFilesDifferByTheirRounding() throws IOException {
    Path file = nativeFile("llama");
    Path half = folder.resolve("half.fft");

    ok("convert", "--to=native", "--coefficients=f16", "--input", file, "--output", half);

    CommandRun diff = run("diff", file, half);
    assertThat(diff.code()).isEqualTo(1);
    assertThat(diff.err()).isEmpty();
    assertThat(diff.out().lines())
        .hasSize(9)
        .allSatisfy(line -> assertThat(line).contains(" differ, by ", "norm"));
    assertThat(Files.size(half)).isLessThan(Files.size(file));
  }

  @Test
  void whatPeftCannotExpressIsRefusedWithTheWaysOut() throws IOException {
    Adapter adapter = AdapterFiles.read(nativeFile("bert"));
    Path file = folder.resolve("band.fft");
    AdapterFiles.write(file, adapter.toBuilder().rule(new EntryRule.BandPass(3, 2.0, 4.0)).build());

    fails(
        "PEFT expected seeded entries but found band-pass, seed 3, centre 2.0, width 4.0: a merged"
            + " base or a LoRA adapter can hold it ("
            + file
            + ")",
        "convert",
        "--to",
        "peft",
        "--input",
        file,
        "--output",
        folder.resolve("out"));
    ok("convert", "--to=lora", "--rank=2", "--input", file, "--output", folder.resolve("lora"));
    ok(
        "convert",
        "--to=merged",
        "--input",
        file,
        "--output",
        folder.resolve("merged"),
        model(TinyModel.of("bert")));
  }

  @Test
  void anotherBaseIsRefusedAndForceHelpsWithWeightsOnly() throws IOException {
    Path file = nativeFile("bert");
    Path other = copy(TinyModel.of("bert").base(), folder.resolve("other"));
    Path weights = other.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    try (SafetensorsFile open = SafetensorsFile.open(weights)) {
      long end = open.entries().stream().mapToLong(TensorEntry::end).max().orElseThrow();
      TensorEntry query = open.entry("bert.encoder.layer.1.attention.self.query.weight");
      bytes[(int) (bytes.length - end + query.begin())] ^= 1; // the last bit of a number
    }
    Files.write(weights, bytes);

    fails("base weights expected sha256 ", "verify", file, "--model", other);
    ok("verify", file, "--model", other, "--force");
    Path llama = TinyModel.of("llama").base();
    fails(
        "base architecture expected bert but found llama (" + file + ")",
        "verify",
        file,
        "--model",
        llama,
        "--force");
  }

  @Test
  void anotherShapeIsRefusedEvenByForce() throws IOException {
    Adapter adapter = AdapterFiles.read(nativeFile("bert"));
    List<AdapterLayer> layers = new ArrayList<>(adapter.layers());
    AdapterLayer first = layers.get(0);
    layers.set(0, new AdapterLayer(first.module(), 12, 13, first.coefficients()));
    Path file = folder.resolve("shape.fft");
    AdapterFiles.write(file, adapter.toBuilder().layers(layers).build());

    String expected = first.module() + " expected [12, 13] but found [12, 12] (" + file + ")";
    String base = model(tiny("bert"));
    fails(expected, "verify", file, base, "--force");
    Path out = folder.resolve("out");
    fails(expected, "convert", "--to=merged", "--input", file, "--output", out, base, "--force");
    assertThat(out).doesNotExist();
  }

  @Test
  void brokenAdaptersAreRefusedInOneLineThatNamesTheFile() throws IOException {
    byte[] whole = Files.readAllBytes(nativeFile("bert"));
    Path file = folder.resolve("broken.fft");
    Files.write(file, Arrays.copyOf(whole, whole.length - 7));
    fails("adapter file expected ", "verify", file);
    byte[] flipped = whole.clone();
    flipped[whole.length / 2] ^= 4;
    Files.write(file, flipped);
    fails("sha256", "inspect", file);
    byte[] newer = whole.clone();
    newer[8] = 9;
    Files.write(file, newer);
    fails("format version expected ", "diff", file, file);
    Files.writeString(file, "version https://git-lfs.github.com/spec/v1\n");
    fails("Git LFS pointer", "verify", file);
    Files.writeString(folder.resolve("page.html"), "<html>");
    fails("HTML", "inspect", folder.resolve("page.html"));
    fails("file expected to exist but found none", "inspect", folder.resolve("none.fft"));
    Path empty = Files.createDirectory(folder.resolve("empty"));
    fails("but found neither (" + empty + ")", "inspect", empty);
  }

  @Test
  void brokenPeftDirectoriesAreRefusedAndNothingIsWritten() throws IOException {
    Path copy = peft("llama");
    String base = TinyModel.of("llama").base().toString();
    Path out = folder.resolve("out.fft");
    Object[] convert = {
      "convert", "--to", "native", "--input", copy, "--output", out, "--model", base
    };

    replace(copy, "\"n_frequency\": 24", "\"n_frequency\": 23");
    fails("n_frequency expected 23 by adapter_config.json but found 24 coefficients", convert);
    replace(copy, "\"n_frequency\": 23", "\"n_frequency\": 24");
    replace(copy, "FOURIERFT", "ADALORA");
    fails("peft_type expected FOURIERFT, the only one read, but found 'ADALORA'", convert);
    replace(copy, "ADALORA", "FOURIERFT");
    Object[] foreign = convert.clone();
    foreign[8] = TinyModel.of("gpt2").base();
    fails("base model expected a linear layer of the name but found none (model.layers", foreign);
    Files.delete(copy.resolve(PeftDirectory.MODEL));
    fails("file expected to exist but found none", convert);
    Files.writeString(copy.resolve("adapter_model.bin"), "not a zip");
    fails("adapter_model.bin", convert);
    assertThat(out).doesNotExist();
  }

  @Test
  void outputsThatExistAreLeftAlone() throws IOException {
    Path file = nativeFile("bert");
    Path there = Files.createDirectory(folder.resolve("there"));
    Files.writeString(there.resolve("mine"), "x");

    fails(
        "file expected to be new but found one (" + file + ")",
        "convert",
        "--to",
        "native",
        "--input",
        file,
        "--output",
        file);
    fails(
        "directory expected to be empty but found files (" + there + ")",
        "convert",
        "--to",
        "peft",
        "--input",
        file,
        "--output",
        there);
    assertThat(there).isDirectoryContaining("glob:**/mine");
  }

  @Test
  void wrongUsageIsToldInOneLine() throws IOException {
    String file = nativeFile("bert").toString();
    String peft = TinyModel.of("bert").adapter().toString();
    String out = folder.resolve("o").toString();
    List<String> rest = List.of("--output", out, "--input");

    usage("--rank expected for LoRA but found none", rest, file, "--to", "lora");
    usage("--rank expected 1 or more but found 0", rest, file, "--to", "lora", "--rank", "0");
    usage("--model expected for a merged model", rest, file, "--to", "merged");
    usage("which does not hold the shapes of its layers", rest, peft, "--to", "native");
    usage(
        "--transformers expected 4 or 5 but found 3", rest, file, "--to=peft", "--transformers=3");
    usage("--to", rest, file, "--to", "onnx");
    usage("--coefficients", rest, file, "--to", "native", "--coefficients", "F8");
    fails(
        "LoRA rank expected 1 to 12 but found 13 (",
        "convert",
        "--to",
        "lora",
        "--rank",
        "13",
        "--input",
        file,
        "--output",
        out);
    fails(
        "adapter expected a .fft file or a PEFT directory but found a pretrained model (",
        "convert",
        "--to",
        "native",
        "--input",
        TinyModel.of("bert").base(),
        "--output",
        out);
    assertThat(Path.of(out)).doesNotExist();
  }

  private void usage(String message, List<String> rest, String input, String... options) {
    List<Object> arguments = new ArrayList<>(List.of("convert"));
    arguments.addAll(List.of(options));
    arguments.addAll(rest);
    arguments.add(input);
    CommandRun run = run(arguments.toArray());
    assertThat(run.code()).as(run.err()).isEqualTo(2);
    assertThat(run.err().lines()).singleElement().asString().contains(message, "--help");
  }

  private Path nativeFile(String name) {
    TinyModel tiny = tiny(name);
    Path file = folder.resolve(name + ".fft");
    ok("convert", "--to", "native", "--input", tiny.adapter(), "--output", file, model(tiny));
    return file;
  }

  private static TinyModel tiny(String name) {
    try {
      return TinyModel.of(name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path peft(String name) throws IOException {
    return copy(TinyModel.of(name).adapter(), folder.resolve("peft"));
  }

  private static Path copy(Path from, Path to) throws IOException {
    Files.createDirectory(to);
    try (var files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
    return to;
  }

  private static void replace(Path directory, String from, String to) throws IOException {
    Path config = directory.resolve(PeftDirectory.CONFIG);
    String text = Files.readString(config);
    assertThat(text).contains(from);
    Files.writeString(config, text.replace(from, to));
  }

  private static JsonNode json(CommandRun run) throws IOException {
    return new ObjectMapper().readTree(run.out());
  }

  private static String model(TinyModel tiny) {
    return "--model=" + tiny.base();
  }

  private static CommandRun run(Object... arguments) {
    return CommandRun.of(Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
  }

  private static CommandRun ok(Object... arguments) {
    CommandRun run = run(arguments);
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    return run;
  }

  private static void fails(String message, Object... arguments) {
    CommandRun run = run(arguments);
    assertThat(run.code()).as(run.out()).isEqualTo(1);
    assertThat(run.err().lines())
        .singleElement()
        .asString()
        .startsWith("fourierft: ")
        .contains(message);
  }
}
