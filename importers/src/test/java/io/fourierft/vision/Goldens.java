package io.fourierft.vision;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Base64;

/** What tools/reference/images.py wrote. */
final class Goldens {
  private Goldens() {}

  static Path file(String name) {
    try {
      return Path.of(Goldens.class.getResource("/golden/images/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static JsonNode json(String name) throws IOException {
    return new ObjectMapper().readTree(file(name).toFile());
  }

  static byte[] bytes(JsonNode text) {
    return Base64.getDecoder().decode(text.asText());
  }

  /** The largest difference of two pictures' channels, of 255. */
  static int deviation(byte[] one, byte[] other) {
    int worst = one.length == other.length ? 0 : Integer.MAX_VALUE;
    for (int i = 0; i < one.length && worst < Integer.MAX_VALUE; i++) {
      worst = Math.max(worst, Math.abs((one[i] & 0xff) - (other[i] & 0xff)));
    }
    return worst;
  }
}
