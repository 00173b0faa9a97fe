package io.fourierft.peft;

import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterLayer;
import io.fourierft.adapter.BiasMode;
import io.fourierft.adapter.NamedTensor;
import io.fourierft.adapter.Task;
import io.fourierft.spectral.EntryRule;
import java.util.List;
import java.util.Random;

/** Adapters that never were in PEFT, for the tiny models of tools/reference/peft_adapters.py. */
final class JavaAdapters {
  static final List<String> FAMILIES = List.of("bert", "roberta", "gpt2", "llama", "vit");

  private final Random random = new Random(5);
  private final Adapter.Builder builder = Adapter.builder();

  private JavaAdapters() {}

  static Adapter of(String family) {
    JavaAdapters made = new JavaAdapters();
    switch (family) {
      case "bert" -> made.bert();
      case "roberta" -> made.roberta();
      case "gpt2" -> made.gpt2();
      case "llama" -> made.llama();
      default -> made.vit();
    }
    return made.builder.build();
  }

  private void bert() {
    builder.scaling(80).rule(EntryRule.seeded(2024)).task(task("sequence-classification"));
    for (int i = 0; i < 12; i++) {
      layer("bert.encoder.layer." + i + ".attention.self.query", 8, 8, 7);
      layer("bert.encoder.layer." + i + ".output.dense", 8, 12, 7);
    }
    layer("bert.pooler.dense", 8, 8, 4);
    tensor("classifier.weight", 3, 8);
    tensor("classifier.bias", 3);
  }

  private void roberta() {
    builder.bias(BiasMode.ADAPTED).task(task("sequence-classification"));
    for (int i = 0; i < 2; i++) {
      String attention = "roberta.encoder.layer." + i + ".attention.";
      layer(attention + "self.value", 8, 8, 5);
      tensor(attention + "self.value.bias", 8);
    }
    layer("classifier.dense", 8, 8, 3);
    tensor("classifier.dense.bias", 8);
    tensor("classifier.out_proj.weight", 3, 8);
    tensor("classifier.out_proj.bias", 3);
  }

  private void gpt2() {
    builder.scaling(300).task(task("causal-lm"));
    for (int i = 0; i < 2; i++) {
      layer("transformer.h." + i + ".attn.c_attn", 24, 8, 6);
      layer("transformer.h." + i + ".mlp.c_proj", 8, 12, 9);
    }
  }

  private void llama() {
    builder.scaling(20).rule(EntryRule.seeded(-3)).task(task("causal-lm"));
    layer("model.layers.0.self_attn.q_proj", 8, 8, 64);
    layer("model.layers.2.self_attn.v_proj", 4, 8, 5);
    tensor("model.norm.weight", 8);
  }

  private void vit() {
    builder.bias(BiasMode.ADAPTED);
    layer("vit.encoder.layer.1.attention.attention.query", 8, 8, 5);
    tensor("vit.encoder.layer.1.attention.attention.query.bias", 8);
    layer("vit.encoder.layer.1.intermediate.dense", 12, 8, 5);
    tensor("classifier.weight", 3, 8);
    tensor("classifier.bias", 3);
  }

  private static Task task(String kind) {
    return new Task(kind, List.of(), "", 0);
  }

  private void layer(String module, int rows, int cols, int n) {
    builder.addLayer(new AdapterLayer(module, rows, cols, numbers(n)));
  }

  private void tensor(String name, long... shape) {
    int size = (int) (shape.length == 1 ? shape[0] : shape[0] * shape[1]);
    builder.addTensor(new NamedTensor(name, shape, numbers(size)));
  }

  private float[] numbers(int count) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    return numbers;
  }
}
