package io.fourierft.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import io.fourierft.spectral.EntryRule;
import java.util.LinkedHashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdapterSummaryTest {
  @Test
  void showsEverythingButTheNumbers() {
    AdapterSummary summary = AdapterSummary.of(Samples.golden());

    assertThat(summary.rows())
        .containsEntry("base", "example/tiny-bert")
        .containsEntry("base sizes", "hidden_size 8, num_hidden_layers 2")
        .containsEntry("entries", "TORCH_RANDPERM, seed 777")
        .containsEntry("scaling", "150.5")
        .containsEntry("layers", "5, 14 coefficients")
        .containsEntry("bert.encoder.layer.#.attention.self.query", "2 x [8, 8], n = 3")
        .containsEntry("bert.pooler.dense", "1 x [8, 4], n = 2")
        .containsEntry("classifier.weight", "[2, 3]")
        .containsEntry("labels", "no, ja – 是")
        .containsEntry("settings", "epochs 3, learning_rate 0.05")
        .containsEntry("metrics", "accuracy 0.8125, loss 0.5")
        .containsEntry("format version", "1")
        .doesNotContainKey("basis");
    assertThat(summary.rows().get("size"))
        .isEqualTo("718 bytes: coefficients 56 (F32), tensors 36 (F32), the rest 626");
    assertThat(summary.fullyTrained()).isEqualTo(9);
  }

  @Test
  void sizesAndDigestAreThoseOfTheFile() throws Exception {
    byte[] bytes = AdapterFiles.toBytes(Samples.random(3), StorageType.BF16, StorageType.F16);
    AdapterFileInfo info = AdapterFiles.verify(bytes, "a.fft");
    AdapterSummary summary = AdapterSummary.of(AdapterFiles.read(bytes, "a.fft"), info);

    assertThat(summary.rows()).containsEntry("sha256", info.sha256());
    assertThat(info.coefficientBytes()).isEqualTo(2 * summary.coefficients());
  }

  @Test
  void whatIsNotKnownIsLeftOut() {
    Adapter bare =
        Adapter.builder()
            .rule(new EntryRule.BandPass(1, 2, 3))
            .basis(Basis.RANDOM)
            .addLayer(Samples.layer("plain", 4, 4, 1))
            .build();

    assertThat(AdapterSummary.of(bare).rows().keySet())
        .isEqualTo(
            new LinkedHashSet<>(
                List.of(
                    "entries",
                    "basis",
                    "scaling",
                    "start",
                    "bias",
                    "layers",
                    "tensors",
                    "plain",
                    "format version",
                    "size",
                    "sha256")));
    assertThat(AdapterSummary.of(bare).rows())
        .containsEntry("entries", "band-pass, seed 1, centre 2.0, width 3.0");
  }
}
