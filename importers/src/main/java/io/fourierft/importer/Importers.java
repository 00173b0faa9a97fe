package io.fourierft.importer;

import io.fourierft.importer.bert.BertConfig;
import io.fourierft.importer.bert.BertImporter;
import io.fourierft.importer.gpt2.Gpt2Config;
import io.fourierft.importer.gpt2.Gpt2Importer;
import io.fourierft.importer.llama.LlamaConfig;
import io.fourierft.importer.llama.LlamaImporter;
import io.fourierft.importer.vit.VitConfig;
import io.fourierft.importer.vit.VitImporter;
import io.fourierft.importer.weights.ModelFormatException;
import io.fourierft.importer.weights.SafetensorsWeights;
import io.fourierft.importer.weights.WeightSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Loads a model of any supported family from a Hugging Face directory. */
public final class Importers {
  private static final String CONFIG = "config.json";
  private static final int PEEK = 64;
  private static final List<String> FAMILIES = List.of("bert", "gpt2", "llama", "roberta", "vit");

  private Importers() {}

  /**
   * Loads a model with the head that its config.json names under {@code architectures}.
   *
   * @param directory holds config.json and the weights
   * @return the model; the caller closes it
   * @throws IOException if a file is absent, damaged, of another kind or does not fit
   */
  public static PretrainedModel load(Path directory) throws IOException {
    return load(directory, head(config(directory)));
  }

  /**
   * Loads a model.
   *
   * @param directory holds config.json and the weights
   * @param head what the model answers with
   * @return the model; the caller closes it
   * @throws IOException if a file is absent, damaged, of another kind or does not fit
   */
  public static PretrainedModel load(Path directory, Head head) throws IOException {
    ConfigFile config = config(directory);
    requireKnown(config);
    try (WeightSource weights = weights(directory)) {
      return load(weights, config, head);
    }
  }

  /**
   * Loads a model.
   *
   * @param source the weights
   * @param config the configuration, with a {@code model_type}
   * @param head what the model answers with
   * @return the model; the caller closes it
   * @throws IOException if the weights cannot be read or do not fit the configuration
   */
  public static PretrainedModel load(WeightSource source, ConfigFile config, Head head)
      throws IOException {
    return switch (requireKnown(config)) {
      case "gpt2" -> Gpt2Importer.load(source, Gpt2Config.of(config), head);
      case "llama" -> LlamaImporter.load(source, LlamaConfig.of(config), head);
      case "vit" -> VitImporter.load(source, VitConfig.of(config), head);
      default -> BertImporter.load(source, BertConfig.of(config), head);
    };
  }

  private static String requireKnown(ConfigFile config) throws ModelFormatException {
    String type = config.text("model_type", "");
    if (type.isEmpty()) {
      String first = config.texts("architectures").stream().findFirst().orElse("none");
      type = first.replaceFirst("(For|Model|LMHead).*", "").toLowerCase(Locale.ROOT);
    }
    if (!FAMILIES.contains(type)) {
      throw new ModelFormatException(
          "model_type expected one of "
              + FAMILIES
              + " but found "
              + type
              + " ("
              + config.origin()
              + ")");
    }
    return type;
  }

  /**
   * The head that a configuration names under {@code architectures}.
   *
   * @param config the configuration
   * @return its head, the features if it names none
   * @throws ModelFormatException if the number of labels is no positive integer
   */
  public static Head head(ConfigFile config) throws ModelFormatException {
    String name = config.texts("architectures").stream().findFirst().orElse("");
    if (name.endsWith("ForSequenceClassification")) {
      return Head.sequenceClassifier(config.labels());
    }
    if (name.endsWith("ForTokenClassification")) {
      return Head.tokenClassifier(config.labels());
    }
    if (name.endsWith("ForImageClassification")) {
      return Head.imageClassifier(config.labels());
    }
    if (name.endsWith("ForMaskedLM")) {
      return Head.maskedLm();
    }
    boolean causal = name.endsWith("ForCausalLM") || name.endsWith("LMHeadModel");
    return causal ? Head.causalLm() : Head.features();
  }

  /**
   * Reads a directory's config.json.
   *
   * @param directory the directory
   * @return its content
   * @throws IOException if there is none, or something else under that name
   */
  public static ConfigFile config(Path directory) throws IOException {
    Path file = directory.resolve(CONFIG);
    if (!Files.isRegularFile(file)) {
      boolean meta = Files.isRegularFile(directory.resolve("params.json"));
      throw new ModelFormatException(
          "model folder expected config.json but found "
              + (meta
                  ? "Meta's own layout with params.json: convert it with transformers'"
                      + " convert_llama_weights_to_hf.py, or fetch the Hugging Face release"
                  : "no such file")
              + " ("
              + directory
              + ")");
    }
    requireContent(file);
    return ConfigFile.read(file);
  }

  private static WeightSource weights(Path directory) throws IOException {
    for (String name : List.of("model.safetensors", "model.safetensors.index.json")) {
      if (Files.isRegularFile(directory.resolve(name))) {
        requireContent(directory.resolve(name));
      }
    }
    return SafetensorsWeights.open(directory);
  }

  /** Refuses what a broken download leaves in a file's place, by its first bytes. */
  private static void requireContent(Path file) throws IOException {
    String start;
    try (InputStream stream = Files.newInputStream(file)) {
      start = new String(stream.readNBytes(PEEK), StandardCharsets.ISO_8859_1);
    }
    String lower = start.stripLeading().toLowerCase(Locale.ROOT);
    if (start.startsWith("version https://git-lfs")) {
      throw new ModelFormatException(
          file.getFileName()
              + " expected the file itself but found a Git LFS pointer: run git lfs pull ("
              + file
              + ")");
    }
    if (lower.startsWith("<!doctype html") || lower.startsWith("<html")) {
      throw new ModelFormatException(
          file.getFileName()
              + " expected the file itself but found an HTML page: download it again, logged in if"
              + " the model asks for it ("
              + file
              + ")");
    }
  }
}
