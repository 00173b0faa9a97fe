package io.fourierft.importer;

import io.fourierft.adapter.Fingerprint;
import io.fourierft.importer.bert.BertConfig;
import io.fourierft.importer.bert.BertImporter;
import io.fourierft.importer.bert.BertNames;
import io.fourierft.importer.gpt2.Gpt2Config;
import io.fourierft.importer.gpt2.Gpt2Importer;
import io.fourierft.importer.gpt2.Gpt2Names;
import io.fourierft.importer.llama.LlamaConfig;
import io.fourierft.importer.llama.LlamaImporter;
import io.fourierft.importer.llama.LlamaNames;
import io.fourierft.importer.vit.VitConfig;
import io.fourierft.importer.vit.VitImporter;
import io.fourierft.importer.vit.VitNames;
import io.fourierft.importer.weights.ModelFiles;
import io.fourierft.importer.weights.ModelFormatException;
import io.fourierft.importer.weights.WeightFiles;
import io.fourierft.importer.weights.WeightSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Loads a model of any supported family from a Hugging Face directory. */
public final class Importers {
  private static final String CONFIG = "config.json";
  private static final List<String> FAMILIES = List.of("bert", "gpt2", "llama", "roberta", "vit");
  private static final List<String> HEADS =
      List.of(
          "ForSequenceClassification",
          "ForTokenClassification",
          "ForQuestionAnswering",
          "ForImageClassification",
          "ForMaskedLM",
          "ForPreTraining",
          "ForCausalLM",
          "LMHeadModel");

  private Importers() {}

  /**
   * The families that can be loaded.
   *
   * @return their {@code model_type}, sorted
   */
  public static List<String> families() {
    return FAMILIES;
  }

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
    if (!named(config).isEmpty()) {
      requireKnown(config, named(config)); // before anything large is opened
    }
    try (WeightSource weights = WeightFiles.open(directory)) {
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
    String family = family(config, source);
    requireHead(family, config, head);
    return switch (family) {
      case "gpt2" -> Gpt2Importer.load(source, Gpt2Config.of(config), head);
      case "llama" -> LlamaImporter.load(source, LlamaConfig.of(config), head);
      case "vit" -> VitImporter.load(source, VitConfig.of(config), head);
      default -> BertImporter.load(source, bert(config, family), head);
    };
  }

  /**
   * Takes the fingerprint of a model without loading it: one tensor at a time is in memory.
   *
   * @param directory holds config.json and the weights
   * @return the fingerprint that the loaded model has, whichever head it gets
   * @throws IOException if a file is absent, damaged, of another kind or does not fit
   */
  public static Fingerprint fingerprint(Path directory) throws IOException {
    ConfigFile config = config(directory);
    try (WeightSource weights = WeightFiles.open(directory)) {
      String family = family(config, weights);
      return switch (family) {
        case "gpt2" -> {
          Gpt2Config sizes = Gpt2Config.of(config);
          yield fingerprint(sizes, Gpt2Names.of(sizes, Head.features()), weights);
        }
        case "llama" -> {
          LlamaConfig sizes = LlamaConfig.of(config);
          yield fingerprint(sizes, LlamaNames.of(sizes, Head.features()), weights);
        }
        case "vit" -> {
          VitConfig sizes = VitConfig.of(config);
          yield fingerprint(sizes, VitNames.of(sizes, Head.features()), weights);
        }
        default -> BertImporter.fingerprint(weights, bert(config, family));
      };
    }
  }

  private static Fingerprint fingerprint(
      ModelConfig config, ModelTensors tensors, WeightSource weights) throws IOException {
    return Fingerprints.of(config, tensors.base(), tensors::ignorable, tensors::bare, weights);
  }

  private static BertConfig bert(ConfigFile config, String family) throws ModelFormatException {
    return BertConfig.of(
        config, family.equals("roberta") ? BertConfig.Variant.ROBERTA : BertConfig.Variant.BERT);
  }

  /** The family that a configuration names, nothing if it names none, as very old ones do not. */
  private static String named(ConfigFile config) throws ModelFormatException {
    String type = config.text("model_type", "");
    String first = config.texts("architectures").stream().findFirst().orElse("");
    return type.isEmpty()
        ? first.replaceFirst("(For|Model|LMHead).*", "").toLowerCase(Locale.ROOT)
        : type;
  }

  private static String family(ConfigFile config, WeightSource source) throws ModelFormatException {
    String named = named(config);
    if (!named.isEmpty()) {
      return requireKnown(config, named);
    }
    return requireKnown(
        config,
        FAMILIES.stream()
            .filter(family -> source.tensors().keySet().stream().anyMatch(prefix(family)))
            .findFirst()
            .orElse("none"));
  }

  /** Tells names that the family's models put in front of others. */
  private static Predicate<String> prefix(String family) {
    return switch (family) {
      case "gpt2" -> name -> name.startsWith("transformer.h.");
      case "llama" -> name -> name.startsWith("model.layers.");
      default -> name -> name.startsWith(family + ".");
    };
  }

  private static String requireKnown(ConfigFile config, String type) throws ModelFormatException {
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

  private static void requireHead(String family, ConfigFile config, Head head)
      throws ModelFormatException {
    Set<Head.Kind> heads =
        switch (family) {
          case "gpt2", "llama" -> DecoderHead.KINDS;
          case "vit" -> VitNames.HEADS;
          default -> BertNames.HEADS;
        };
    if (!heads.contains(head.kind())) {
      throw new ModelFormatException(
          "head of "
              + family
              + " expected one of "
              + new TreeSet<>(heads)
              + " but found "
              + head.kind()
              + ": ask for one of them, or for another model ("
              + config.origin()
              + ")");
    }
  }

  /**
   * The head that a configuration names under {@code architectures}.
   *
   * @param config the configuration
   * @return its head, the features if it names none
   * @throws ModelFormatException if it is a head that is not supported, or the number of labels is
   *     no positive integer
   */
  public static Head head(ConfigFile config) throws ModelFormatException {
    String name = config.texts("architectures").stream().findFirst().orElse("");
    if (name.endsWith("ForSequenceClassification")) {
      return Head.sequenceClassifier(config.labels());
    }
    if (name.endsWith("ForTokenClassification")) {
      return Head.tokenClassifier(config.labels());
    }
    if (name.endsWith("ForQuestionAnswering")) {
      return Head.questionAnswering();
    }
    if (name.endsWith("ForImageClassification")) {
      return Head.imageClassifier(config.labels());
    }
    if (name.endsWith("ForMaskedLM") || name.endsWith("ForPreTraining")) {
      return Head.maskedLm();
    }
    if (name.endsWith("ForCausalLM") || name.endsWith("LMHeadModel")) {
      return Head.causalLm();
    }
    if (name.isEmpty() || name.matches("[A-Za-z0-9]+Model") && !name.contains("Heads")) {
      return Head.features();
    }
    throw new ModelFormatException(
        "architectures expected a name that ends with "
            + String.join(", ", HEADS)
            + " or Model but found "
            + name
            + ": load it with a head of your choice, or name the plain model, such as BertModel, to"
            + " get the hidden states ("
            + config.origin()
            + ")");
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
    ModelFiles.requireContent(file);
    return ConfigFile.read(file);
  }
}
