package io.fourierft.importer.bert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.fourierft.engine.Activation;
import io.fourierft.engine.Positions;
import io.fourierft.importer.ConfigFile;
import io.fourierft.importer.weights.ModelFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BertConfigTest {
  private static final String SIZES =
      "\"vocab_size\": 50, \"hidden_size\": 12, \"num_hidden_layers\": 2,"
          + " \"num_attention_heads\": 3, \"intermediate_size\": 20,"
          + " \"max_position_embeddings\": 32, \"type_vocab_size\": 2";

  private static BertConfig parse(String more) throws ModelFormatException {
    return BertConfig.of(ConfigFile.parse("{" + SIZES + more + "}", "config.json"));
  }

  private static void refuses(String json, String message) {
    assertThatThrownBy(() -> BertConfig.of(ConfigFile.parse(json, "config.json")))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("config.json")
        .message()
        .doesNotContain("\n");
  }

  private static void refusesOption(String option, String message) {
    refuses("{\"model_type\": \"bert\", " + SIZES + ", " + option + "}", message);
  }

  @Test
  void readsSizesAndFillsInTransformersDefaults() throws ModelFormatException {
    BertConfig config = parse(", \"model_type\": \"bert\"");
    assertThat(config)
        .isEqualTo(
            new BertConfig(
                BertConfig.Variant.BERT,
                50,
                12,
                2,
                3,
                20,
                Activation.GELU,
                32,
                2,
                1e-12,
                0,
                true,
                false));
    assertThat(config.positionRule()).isEqualTo(new Positions.Sequential(0));
    assertThat(config.attention().headSize()).isEqualTo(4);
  }

  @Test
  void keepsTheOptionsOfTheFile() throws ModelFormatException {
    BertConfig config =
        parse(
            ", \"model_type\": \"bert\", \"hidden_act\": \"gelu_new\", \"layer_norm_eps\": 1e-5,"
                + " \"pad_token_id\": 3, \"unheard_of\": {}");
    assertThat(config.activation()).isEqualTo(Activation.GELU_TANH);
    assertThat(config.layerNormEps()).isEqualTo(1e-5);
    assertThat(config.paddingId()).isEqualTo(3);
  }

  @Test
  void takesTransformersSizesForThoseThatAreLeftOut() throws ModelFormatException {
    BertConfig bert = BertConfig.of(ConfigFile.parse("{\"model_type\": \"bert\"}", "x"));
    assertThat(bert.sizes().values()).containsExactly(30522L, 768L, 12L, 12L, 3072L, 512L, 2L);
    BertConfig roberta = BertConfig.of(ConfigFile.parse("{\"model_type\": \"roberta\"}", "x"));
    assertThat(roberta.sizes().values()).containsExactly(50265L, 768L, 12L, 12L, 3072L, 512L, 2L);
  }

  @Test
  void countsRobertaPositionsFromThePaddingIdOn() throws ModelFormatException {
    BertConfig config = parse(", \"architectures\": [\"RobertaForMaskedLM\"]");
    assertThat(config.variant()).isEqualTo(BertConfig.Variant.ROBERTA);
    assertThat(config.positionRule()).isEqualTo(new Positions.AfterPadding(1));
    assertThat(config.maxTokens()).isEqualTo(30);
    assertThat(config.positionsOf(new int[] {0, 1, 7, 2, 1, 1})).isEqualTo(3);
  }

  @Test
  void refusesOtherArchitecturesByName() {
    refuses("{\"model_type\": \"distilbert\", " + SIZES + "}", "but found distilbert");
    refuses("{" + SIZES + "}", "model_type expected bert or roberta but found none");
  }

  @Test
  void refusesWhatTheNetworkDoesNotCompute() {
    refusesOption("\"hidden_act\": \"prelu\"", "but found prelu (hidden_act, config.json)");
    refusesOption(
        "\"position_embedding_type\": \"relative_key\"",
        "expected absolute but found relative_key");
    refusesOption("\"num_attention_heads\": 5", "a divisor of hidden_size 12 but found 5");
  }

  @Test
  void refusesValuesOfTheWrongKind() {
    refusesOption("\"vocab_size\": \"many\"", "expected a positive integer but found \"many\"");
    refusesOption("\"hidden_size\": 0", "hidden_size expected a positive integer but found 0");
    refusesOption("\"hidden_size\": 1e30", "hidden_size expected a positive integer");
    refusesOption("\"hidden_size\": 2.5", "hidden_size expected a positive integer");
    refusesOption("\"layer_norm_eps\": -1", "layer_norm_eps expected a number of at least 0");
    refusesOption("\"hidden_act\": 7", "hidden_act expected a text but found 7");
    refusesOption("\"architectures\": \"x\"", "architectures expected a list but found \"x\"");
  }

  @Test
  void refusesTextsThatAreNoJsonObject() {
    refuses("", "expected a JSON object but found nothing");
    refuses("[1]", "expected a JSON object but found ARRAY");
    refuses("{\"a\": ", "expected a JSON object but found Unexpected end-of-input");
    refuses("version https://git-lfs.github.com/spec/v1\n", "expected a JSON object but found");
  }

  @Test
  void countsAndNamesLabels() throws ModelFormatException {
    ConfigFile named =
        ConfigFile.parse("{\"id2label\": {\"1\": \"b\", \"0\": \"a\", \"2\": \"c\"}}", "x");
    assertThat(named.labels()).isEqualTo(3);
    assertThat(named.labelNames()).containsExactly("a", "b", "c");
    assertThat(ConfigFile.parse("{\"num_labels\": 5}", "x").labels()).isEqualTo(5);
    assertThat(ConfigFile.parse("{}", "x").labels()).isEqualTo(2);
    ConfigFile none = ConfigFile.parse("{\"id2label\": {}}", "x");
    assertThatThrownBy(none::labels).hasMessageContaining("id2label expected a label at least");
    ConfigFile gap = ConfigFile.parse("{\"id2label\": {\"0\": \"a\", \"7\": \"b\"}}", "x");
    assertThatThrownBy(gap::labelNames).hasMessageContaining("id2label expected ids 0 to 1");
  }

  @Test
  void readsAFile(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("config.json");
    Files.writeString(file, "{\"model_type\": \"bert\", " + SIZES + "}");
    assertThat(BertConfig.of(ConfigFile.read(file)).layers()).isEqualTo(2);
  }

  @Test
  void readsTheConfigurationsOfRealModels() throws IOException {
    Path folder = Path.of(System.getProperty("fourierft.data", "absent"), "configs");
    assumeThat(folder).as("shared test data").exists();
    BertConfig bert =
        BertConfig.of(ConfigFile.read(folder.resolve("bert-base-uncased.config.json")));
    assertThat(bert.sizes()).containsEntry("hidden_size", 768L).containsEntry("vocab_size", 30522L);
    ConfigFile roberta = ConfigFile.read(folder.resolve("roberta-base.config.json"));
    assertThatThrownBy(() -> BertConfig.of(roberta)).hasMessageContaining("but found none");
    BertConfig told = BertConfig.of(roberta, BertConfig.Variant.ROBERTA);
    assertThat(told.maxTokens()).isEqualTo(512);
    assertThat(told.layerNormEps()).isEqualTo(1e-5);
  }
}
