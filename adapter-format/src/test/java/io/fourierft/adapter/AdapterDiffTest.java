package io.fourierft.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import io.fourierft.adapter.AdapterDiff.Difference;
import io.fourierft.spectral.EntryList;
import io.fourierft.spectral.EntryRule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AdapterDiffTest {
  private final Adapter golden = Samples.golden();

  @Test
  void equalAdaptersDoNotDiffer() {
    assertThat(AdapterDiff.of(golden, Samples.golden()).isEmpty()).isTrue();
  }

  @Test
  void partsThatDifferAreListedWithBothSides() {
    Adapter other =
        golden.toBuilder()
            .baseModel(new BaseModel("example/other", "1f2e3d", Fingerprint.unknown()))
            .scaling(20)
            .bias(BiasMode.NONE)
            .task(Task.unknown())
            .provenance(new Provenance("0.1.0", "", "", Map.of("epochs", "4"), Map.of("f1", 1.0)))
            .peft(PeftFacts.none())
            .build();

    assertThat(AdapterDiff.of(golden, other).differences())
        .contains(
            new Difference("base", "example/tiny-bert", "example/other"),
            new Difference("base hidden_size", "8", "-"),
            new Difference("scaling", "150.5", "20.0"),
            new Difference("bias", "ADAPTED", "NONE"),
            new Difference("task longest input", "128", "0"),
            new Difference("setting epochs", "3", "4"),
            new Difference("setting learning_rate", "0.05", "-"),
            new Difference("metric f1", "-", "1.0"),
            new Difference("PEFT key peft_version", "\"0.21.0\"", "-"));
  }

  @Test
  void layersAndTensorsAreComparedByShapeAndThenByNumbers() {
    List<AdapterLayer> layers = new ArrayList<>(golden.layers());
    layers.set(4, Samples.layer("bert.pooler.dense", 8, 4, 7, 8.5f));
    layers.set(3, Samples.layer("bert.encoder.layer.1.attention.self.value", 8, 8, 4));
    layers.remove(0);
    Adapter other = golden.toBuilder().layers(layers).tensors(List.of()).build();

    assertThat(AdapterDiff.of(golden, other).differences())
        .containsExactly(
            new Difference("bert.encoder.layer.0.attention.self.query", "[8, 8], n = 3", "-"),
            new Difference(
                "bert.encoder.layer.1.attention.self.value", "[8, 8], n = 3", "[8, 8], n = 1"),
            new Difference(
                "bert.pooler.dense (1 of 2 differ, by 0.500 at most)",
                "norm 10.6301",
                "norm 11.0114"),
            new Difference("classifier.bias", "[2]", "-"),
            new Difference("classifier.weight", "[2, 3]", "-"),
            new Difference("scale", "[]", "-"));
  }

  @Test
  void otherOrderAndOtherWrittenEntriesAreDifferences() {
    List<AdapterLayer> layers = new ArrayList<>(golden.layers());
    Collections.swap(layers, 0, 1);
    assertThat(AdapterDiff.of(golden, golden.toBuilder().layers(layers).build()).differences())
        .extracting(Difference::what)
        .containsExactly("order of the layers");

    assertThat(AdapterDiff.of(explicit(1), explicit(2)).differences())
        .containsExactly(new Difference("entries", "written out for 1 shapes", "others"));
  }

  @Test
  void adaptersAreEqualExactlyIfNothingDiffers() {
    for (long seed = 0; seed < 100; seed++) {
      Adapter a = Samples.random(seed);
      Adapter b = Samples.random(seed + seed % 2);
      assertThat(AdapterDiff.of(a, b).isEmpty()).as("seed %d", seed).isEqualTo(a.equals(b));
    }
  }

  private static Adapter explicit(long entry) {
    return Adapter.builder()
        .rule(new EntryRule.Explicit(List.of(new EntryList(2, 2, new long[] {entry}))))
        .addLayer(Samples.layer("x", 2, 2, 1))
        .build();
  }
}
