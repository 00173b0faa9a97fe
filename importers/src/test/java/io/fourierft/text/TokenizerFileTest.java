package io.fourierft.text;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fourierft.importer.weights.ModelFormatException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerFileTest {
  private static final String MODEL = ",\"model\":{\"type\":\"WordLevel\",\"vocab\":{\"a\":0}}}";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",\"precompiled_charsmap\":null",
        ",\"precompiled_charsmap\":7",
        ",\"precompiled_charsmap\":\"\"",
        ",\"precompiled_charsmap\":\"CAAAAP///38BAAAAYQ\"",
        ",\"precompiled_charsmap\":\"no base64\""
      })
  void aNormalisationMapThatTheLibraryWouldDieOfIsRefused(String field) {
    String normaliser = "{\"type\":\"Precompiled\"" + field + "}";
    for (String where :
        new String[] {normaliser, "{\"type\":\"Sequence\",\"normalizers\":[" + normaliser + "]}"}) {
      byte[] file = ("{\"normalizer\":" + where + MODEL).getBytes(StandardCharsets.UTF_8);
      assertThatThrownBy(() -> TokenizerFile.read(new ByteArrayInputStream(file), "t.json"))
          .isInstanceOf(ModelFormatException.class)
          .hasMessageContaining("precompiled_charsmap expected base64")
          .hasMessageContaining("t.json");
    }
  }
}
