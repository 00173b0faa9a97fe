package io.fourierft.adapter;

import io.fourierft.spectral.EntryList;
import io.fourierft.spectral.EntryRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Adapters the tests share. */
final class Samples {
  private Samples() {}

  /** The adapter kept as v1.fft in the test resources. */
  static Adapter golden() {
    return Adapter.builder()
        .baseModel(
            new BaseModel(
                "example/tiny-bert",
                "1f2e3d",
                new Fingerprint(
                    "bert", Map.of("hidden_size", 8L, "num_hidden_layers", 2L), "ab".repeat(32))))
        .rule(EntryRule.seeded(777))
        .scaling(150.5)
        .init(SpectrumInit.GAUSSIAN)
        .bias(BiasMode.ADAPTED)
        .addLayer(layer("bert.encoder.layer.0.attention.self.query", 8, 8, 0.5f, -1, 2))
        .addLayer(layer("bert.encoder.layer.0.attention.self.value", 8, 8, 0, 1e-30f, 3e30f))
        .addLayer(layer("bert.encoder.layer.1.attention.self.query", 8, 8, 1, 2, 3))
        .addLayer(layer("bert.encoder.layer.1.attention.self.value", 8, 8, 4, 5, 6))
        .addLayer(layer("bert.pooler.dense", 8, 4, 7, 8))
        .addTensor(new NamedTensor("classifier.weight", new long[] {2, 3}, sequence(6)))
        .addTensor(new NamedTensor("classifier.bias", new long[] {2}, new float[] {-0.5f, 0.25f}))
        .addTensor(new NamedTensor("scale", new long[0], new float[] {1.5f}))
        .task(new Task("sequence-classification", List.of("no", "ja – 是"), "bert-base", 128))
        .provenance(
            new Provenance(
                "0.1.0",
                "2026-11-24T09:30:00Z",
                "sha256:00ff",
                Map.of("epochs", "3", "learning_rate", "0.05"),
                Map.of("accuracy", 0.8125, "loss", 0.5)))
        .peft(
            new PeftFacts(
                Map.of("peft_version", "\"0.21.0\""),
                Map.of("classifier.bias", "F16"),
                Map.of("scale", "x.scale"),
                0))
        .build();
  }

  /** An adapter of the given layers with n Gaussian coefficients each. */
  static Adapter deep(String base, int layers, List<String> modules, int side, int n) {
    Random random = new Random(1);
    List<AdapterLayer> list = new ArrayList<>();
    for (int i = 0; i < layers; i++) {
      for (String module : modules) {
        float[] coefficients = new float[n];
        for (int l = 0; l < n; l++) {
          coefficients[l] = (float) random.nextGaussian();
        }
        list.add(new AdapterLayer(module.formatted(i), side, side, coefficients));
      }
    }
    return Adapter.builder().baseModel(BaseModel.named(base)).layers(list).build();
  }

  /** A small adapter whose every part is drawn at random. */
  static Adapter random(long seed) {
    Random random = new Random(seed);
    List<AdapterLayer> layers = new ArrayList<>();
    int depth = 1 + random.nextInt(4);
    for (int i = 0; i < depth; i++) {
      for (String name : List.of("h.%d.a", "h.%d.b", "enc.%d.x.3.y", "plain%d", "odd#.%d")) {
        if (random.nextInt(3) > 0) {
          int rows = 1 + random.nextInt(3);
          float[] values = new float[1 + random.nextInt(rows * 4)];
          for (int l = 0; l < values.length; l++) {
            values[l] = (float) random.nextGaussian();
          }
          layers.add(new AdapterLayer(name.formatted(i), rows, 4, values));
        }
      }
    }
    Adapter.Builder builder =
        Adapter.builder()
            .rule(rule(random))
            .basis(Basis.values()[random.nextInt(3)])
            .basisSeed(random.nextLong())
            .scaling(random.nextGaussian())
            .init(SpectrumInit.values()[random.nextInt(2)])
            .bias(BiasMode.values()[random.nextInt(3)])
            .layers(layers)
            .addTensor(new NamedTensor("head", new long[] {0, 7}, new float[0]));
    return builder.build();
  }

  private static EntryRule rule(Random random) {
    return switch (random.nextInt(3)) {
      case 0 ->
          new EntryRule.Seeded(random.nextLong(), EntryRule.Algorithm.values()[random.nextInt(2)]);
      case 1 ->
          new EntryRule.BandPass(random.nextLong(), random.nextDouble(), 1 + random.nextDouble());
      default ->
          new EntryRule.Explicit(
              List.of(
                  new EntryList(3, 4, new long[] {11, 2, 3}),
                  new EntryList(70_000, 70_000, new long[] {4_899_999_999L})));
    };
  }

  static AdapterLayer layer(String module, int rows, int cols, float... coefficients) {
    return new AdapterLayer(module, rows, cols, coefficients);
  }

  private static float[] sequence(int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = i / 3f;
    }
    return values;
  }
}
