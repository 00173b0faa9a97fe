package io.fourierft.importer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fourierft.adapter.Fingerprint;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BaseIdentityTest {
  private static final List<String> FILES = List.of("config.json", "model.safetensors");

  @TempDir Path folder;

  private void copy(String golden) throws IOException, URISyntaxException {
    Path source = Path.of(BaseIdentityTest.class.getResource("/golden/" + golden).toURI());
    for (String name : FILES) {
      Files.copy(source.resolve(name), folder.resolve(name));
    }
  }

  @Test
  void theFingerprintIsThatOfTheWeightsAsLoadedWhateverBecameOfThem() throws Exception {
    copy("families/llama-causal");
    Fingerprint onDisk = Importers.fingerprint(folder);
    try (PretrainedModel untouched = Importers.load(folder);
        PretrainedModel changed = Importers.load(folder)) {
      changed.parameters().names().forEach(name -> changed.parameters().value(name).addi(1));
      Files.delete(folder.resolve("model.safetensors")); // as where another version takes its place
      assertThat(changed.fingerprint()).isEqualTo(onDisk);
      assertThat(untouched.fingerprint()).isEqualTo(onDisk);
    }
  }

  @Test
  void theFingerprintOfAClosedModelIsKnownIfItWasAskedForBefore() throws Exception {
    copy("families/llama-causal");
    PretrainedModel asked = Importers.load(folder);
    Fingerprint fingerprint = asked.fingerprint();
    asked.close();
    assertThat(asked.fingerprint()).isSameAs(fingerprint);

    PretrainedModel other = Importers.load(folder);
    other.close();
    assertThatThrownBy(other::fingerprint)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("fingerprint expected an open model but found a closed one");
  }
}
