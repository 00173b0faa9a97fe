package io.fourierft.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fourierft.spectral.Entries;
import io.fourierft.spectral.EntryRule;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AdapterTest {
  @Test
  void arraysAreCopiedInAndOut() {
    float[] coefficients = {1, 2};
    AdapterLayer layer = new AdapterLayer("a", 2, 2, coefficients);
    coefficients[0] = 9;
    layer.coefficients()[1] = 9;
    assertThat(layer.coefficients()).containsExactly(1, 2);

    long[] shape = {2};
    NamedTensor tensor = new NamedTensor("t", shape, new float[] {3, 4});
    shape[0] = 7;
    tensor.shape()[0] = 7;
    tensor.data()[0] = 7;
    assertThat(tensor).isEqualTo(new NamedTensor("t", new long[] {2}, new float[] {3, 4}));
  }

  @Test
  void layersOfOneShapeShareTheirEntries() {
    Adapter adapter =
        Adapter.builder()
            .addLayer(Samples.layer("a", 3, 4, 1, 2))
            .addLayer(Samples.layer("b", 3, 4, 3, 4))
            .addLayer(Samples.layer("c", 4, 3, 3, 4))
            .build();
    Entries first = adapter.entries(adapter.layers().get(0));
    assertThat(adapter.entries(adapter.layers().get(1))).isSameAs(first);
    assertThat(adapter.entries(adapter.layers().get(2))).isNotEqualTo(first);
    assertThat(first).isEqualTo(Entries.of(EntryRule.seeded(777), 3, 4, 2));
  }

  @Test
  void builderRefusesWhatIsNoAdapter() {
    Adapter.Builder twice =
        Adapter.builder()
            .addLayer(Samples.layer("a", 3, 4, 1))
            .addLayer(Samples.layer("a", 3, 4, 1));
    assertThatThrownBy(twice::build).hasMessage("layers expected distinct but found a twice");
    assertThatThrownBy(() -> Adapter.builder().build())
        .hasMessage("adapter expected a layer or a tensor but found none");
    assertThatThrownBy(() -> Samples.golden().toBuilder().scaling(Double.NaN).build())
        .hasMessage("scaling expected finite but found NaN");
  }

  @Test
  void layersRefuseBadNumbersAndNames() {
    assertThatThrownBy(() -> Samples.layer("a", 1, 2, 1, 2, 3))
        .hasMessage("number of coefficients expected 1 to 2 but found 3 (a)");
    assertThatThrownBy(() -> Samples.layer("a", 1, 2))
        .hasMessage("number of coefficients expected 1 to 2 but found 0 (a)");
    assertThatThrownBy(() -> Samples.layer("a", 2, 2, 1, Float.NEGATIVE_INFINITY))
        .hasMessage("coefficient expected finite but found -Infinity at position 1 (a)");
    assertThatThrownBy(() -> Samples.layer("", 2, 2, 1))
        .hasMessage("module expected 1 to 512 characters but found 0");
    assertThatThrownBy(() -> Samples.layer("a\nb", 2, 2, 1))
        .hasMessage("module expected no control characters but found some");
    assertThatThrownBy(() -> Samples.layer("a", 1, 1 << 25, 1))
        .hasMessage("cols expected 1 to 16777216 but found 33554432 (a)");
    assertThatThrownBy(() -> BaseModel.named("a\ud800"))
        .hasMessage("base model id expected Unicode text but found half a character at position 1");
  }

  @Test
  void tensorsRefuseShapesThatDoNotFit() {
    assertThatThrownBy(() -> new NamedTensor("t", new long[] {2, 2}, new float[3]))
        .hasMessage("tensor of shape [2, 2] expected 4 numbers but found 3 (t)");
    assertThatThrownBy(() -> new NamedTensor("t", new long[] {-1}, new float[0]))
        .hasMessageContaining("sides >= 0");
  }

  @Test
  void fingerprintsTellWhatDiffers() {
    Fingerprint expected = new Fingerprint("bert", Map.of("hidden_size", 768L), "ab".repeat(32));
    Fingerprint found =
        new Fingerprint("roberta", Map.of("hidden_size", 1024L, "x", 1L), "cd".repeat(32));
    assertThat(expected.shapeDifferences(found))
        .containsExactly(
            "architecture expected bert but found roberta",
            "hidden_size expected 768 but found 1024");
    assertThat(expected.weightsDiffer(found)).isTrue();
    assertThat(expected.shapeDifferences(Fingerprint.unknown())).isEmpty();
    assertThat(expected.weightsDiffer(Fingerprint.unknown())).isFalse();
    assertThatThrownBy(() -> new Fingerprint("", Map.of(), "xyz"))
        .hasMessage("weights sha256 expected 64 hex digits but found 'xyz'");
  }

  @Test
  void metadataIsChecked() {
    assertThatThrownBy(() -> new Provenance("", "yesterday", "", Map.of(), Map.of()))
        .hasMessage("time of creation expected ISO 8601 with offset but found 'yesterday'");
    assertThatThrownBy(() -> new Task("", List.of(), "", -1))
        .hasMessage("task max length expected >= 0 but found -1");
  }
}
