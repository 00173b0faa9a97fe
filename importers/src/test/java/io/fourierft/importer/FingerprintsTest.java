package io.fourierft.importer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FingerprintsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "families/bert-tokens",
        "families/bert-masked",
        "families/roberta-masked",
        "families/gpt2-causal-odd",
        "families/gpt2-features",
        "families/llama-sequence-linear",
        "families/vit-odd",
        "tiny-bert-sharded"
      })
  void aModelOnDiskHasTheFingerprintOfTheLoadedOne(String name)
      throws IOException, URISyntaxException {
    Path folder = Path.of(FingerprintsTest.class.getResource("/golden/" + name).toURI());

    try (PretrainedModel model = Importers.load(folder)) {
      assertThat(Importers.fingerprint(folder)).isEqualTo(model.fingerprint());
    }
  }
}
