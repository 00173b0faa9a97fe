package io.fourierft.importer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTreeTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "7",
        "null",
        "[]",
        "{\"a\": {\"b\": [1, -2.5e-3, 1e400, 12345678901, 123456789012345678901234567890]}}",
        "{\"a\": true, \"b\": false, \"c\": null, \"\\u00e9\": \"x\\ny\", \"a\": \"last wins\"}",
        "[[[{}], []], {\"x\": [null]}] trailing"
      })
  void treesAreThoseOfAnObjectMapper(String json) throws IOException {
    assertThat(JsonTree.read(json)).isEqualTo(MAPPER.readTree(json));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{", "{\"a\"", "[1,", "[1 2]", "{\"a\": NaN}", "nul", "{\"a\": tru}", "]"})
  void damageIsToldAsAnObjectMapperDoes(String json) {
    assertThatThrownBy(() -> JsonTree.read(json)).isInstanceOf(JsonProcessingException.class);
    assertThatThrownBy(() -> MAPPER.readTree(json)).isInstanceOf(JsonProcessingException.class);
  }

  @Test
  void deepNestingIsRefused() {
    String json = "[".repeat(100_000);
    assertThatThrownBy(() -> JsonTree.read(json))
        .isInstanceOf(JsonProcessingException.class)
        .hasMessageContaining("nesting depth");
  }
}
