package io.fourierft.peft;

import static io.fourierft.peft.ModuleSpelling.TRANSFORMERS_4;
import static io.fourierft.peft.ModuleSpelling.TRANSFORMERS_5;
import static org.assertj.core.api.Assertions.assertThat;

import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterLayer;
import io.fourierft.adapter.BiasMode;
import io.fourierft.adapter.LayerShapes;
import io.fourierft.adapter.NamedTensor;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeftSpellingTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "vit.encoder.layer.0.attention.attention.query, vit.layers.0.attention.q_proj",
    "vit.encoder.layer.11.attention.attention.key, vit.layers.11.attention.k_proj",
    "vit.encoder.layer.3.attention.attention.value.bias, vit.layers.3.attention.v_proj.bias",
    "vit.encoder.layer.3.attention.output.dense, vit.layers.3.attention.o_proj",
    "vit.encoder.layer.3.intermediate.dense.weight, vit.layers.3.mlp.fc1.weight",
    "vit.encoder.layer.3.output.dense, vit.layers.3.mlp.fc2",
    "vit.encoder.layer.3.layernorm_before.weight, vit.layers.3.layernorm_before.weight",
    "vit.layernorm.weight, vit.layernorm.weight",
    "bert.encoder.layer.0.output.dense, bert.encoder.layer.0.output.dense",
    "model.layers.0.self_attn.q_proj, model.layers.0.self_attn.q_proj",
  })
  void eitherSpellingGivesTheOther(String four, String five) {
    assertThat(TRANSFORMERS_4.spell(five)).isEqualTo(four);
    assertThat(TRANSFORMERS_5.spell(four)).isEqualTo(five);
    assertThat(TRANSFORMERS_4.spell(four)).isEqualTo(four);
    assertThat(TRANSFORMERS_5.spell(five)).isEqualTo(five);
  }

  @ParameterizedTest
  @ValueSource(strings = {"vit", "vit4"})
  void namesAreThoseOfTheBaseAndComeBackAsTheyWere(String name) throws Exception {
    Path golden = Path.of(PeftSpellingTest.class.getResource(name).toURI());
    for (ModuleSpelling spelling : ModuleSpelling.values()) {
      Adapter adapter = PeftDirectory.read(golden, base(spelling));

      assertThat(adapter.layers())
          .hasSize(6)
          .extracting(AdapterLayer::module)
          .allSatisfy(module -> assertThat(spelling.spell(module)).isEqualTo(module));
      assertThat(adapter.tensors())
          .hasSize(8)
          .extracting(NamedTensor::name)
          .allSatisfy(tensor -> assertThat(spelling.spell(tensor)).isEqualTo(tensor));
      PeftDirectory.write(directory, adapter);
      assertThat(directory.resolve(PeftDirectory.MODEL))
          .hasSameBinaryContentAs(golden.resolve(PeftDirectory.MODEL));
      assertThat(directory.resolve(PeftDirectory.CONFIG))
          .hasSameTextualContentAs(golden.resolve(PeftDirectory.CONFIG));
    }
  }

  @Test
  void oneSpellingCanBeAskedFor() throws Exception {
    Path golden = Path.of(PeftSpellingTest.class.getResource("vit").toURI());
    Adapter adapter = PeftDirectory.read(golden, base(TRANSFORMERS_4));

    PeftDirectory.write(directory, adapter, TRANSFORMERS_4);

    Adapter again = PeftDirectory.read(directory, base(TRANSFORMERS_4));
    assertThat(again.layers()).isEqualTo(adapter.layers());
    assertThat(again.tensors()).isEqualTo(adapter.tensors());
    assertThat(PeftConfig.read(directory.resolve(PeftDirectory.CONFIG)).json())
        .hasEntrySatisfying(
            "target_modules",
            targets -> assertThat(targets).contains("vit.encoder.layer.0.intermediate.dense"));
  }

  @Test
  void adaptersOfOtherOriginAreSpelledAsCurrentTransformersDoes() throws Exception {
    Adapter adapter =
        Adapter.builder()
            .bias(BiasMode.ADAPTED)
            .addLayer(
                new AdapterLayer("vit.encoder.layer.0.output.dense", 8, 12, new float[] {1, 2}))
            .addTensor(
                new NamedTensor(
                    "vit.encoder.layer.0.output.dense.bias", new long[] {8}, new float[8]))
            .build();

    PeftDirectory.write(directory, adapter);

    assertThat(PeftConfig.read(directory.resolve(PeftDirectory.CONFIG)).json())
        .containsEntry("target_modules", "[\"vit.layers.0.mlp.fc2\"]")
        .containsEntry("modules_to_save", "null");
    Map<String, LayerShapes.Shape> shapes =
        Map.of("vit.encoder.layer.0.output.dense", new LayerShapes.Shape(8, 12));
    assertThat(PeftDirectory.read(directory, LayerShapes.of(shapes))).isEqualTo(adapter);
  }

  private static LayerShapes base(ModuleSpelling spelling) {
    Map<String, LayerShapes.Shape> shapes = new HashMap<>();
    for (int layer = 0; layer < 2; layer++) {
      for (String module : List.of("attention.q_proj", "attention.v_proj", "mlp.fc1")) {
        String name = spelling.spell("vit.layers." + layer + "." + module);
        shapes.put(name, new LayerShapes.Shape(module.equals("mlp.fc1") ? 12 : 8, 8));
      }
    }
    return LayerShapes.of(shapes);
  }
}
