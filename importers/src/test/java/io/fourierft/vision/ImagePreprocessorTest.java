package io.fourierft.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.fourierft.importer.ConfigFile;
import io.fourierft.importer.weights.ModelFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against transformers' ViTImageProcessorPil: tools/reference/images.py. */
class ImagePreprocessorTest {
  @Test
  void valuesAreThoseOfTransformers() throws IOException {
    JsonNode all = Goldens.json("images.json").get("processed");
    assertThat(all).hasSize(16);
    for (JsonNode golden : all) {
      String config = golden.get("config").toString();
      ImagePreprocessor preprocessor = ImagePreprocessor.of(ConfigFile.parse(config, "golden"), 3);
      Picture picture = Picture.read(Goldens.file(golden.get("file").asText()));
      byte[] bytes = Goldens.bytes(golden.get("values"));
      float[] expected = new float[bytes.length / 4];
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(expected);
      float[] values = preprocessor.pixels(List.of(picture, picture)).values();
      assertThat(values).as(config).hasSize(2 * expected.length);
      for (int i = 0; i < values.length; i++) {
        float wanted = expected[i % expected.length];
        assertThat(values[i])
            .as(config)
            .isBetween(wanted - Math.ulp(wanted), wanted + Math.ulp(wanted));
      }
    }
  }

  @Test
  void configurationsOfAFolderAreRead(@TempDir Path folder) throws IOException {
    assertThatThrownBy(() -> ImagePreprocessor.read(folder, 3))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("preprocessor_config.json expected the file itself but found none");
    String mnist = "{\"do_resize\": false, \"image_mean\": [0.1307], \"image_std\": [0.3081]}";
    Files.writeString(folder.resolve("preprocessor_config.json"), mnist);
    Picture picture = Picture.read(Goldens.file("rgb.png"));
    Pixels pixels = ImagePreprocessor.read(folder, 1).pixels(List.of(picture));
    assertThat(pixels.values()).hasSize(23 * 16);
    assertThat(pixels.inputs().batch()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"image_processor_type\": \"CLIPImageProcessor\"} | expected ViTImageProcessor but found",
        "{\"do_pad\": true} | do_pad expected false but found true",
        "{\"size\": {\"max_height\": 9}} | expected max_width but found no such key",
        "{\"resample\": 9} | resample expected 0 to 5, a filter of Pillow but found 9",
        "{\"size\": {\"longest_edge\": 5}} | expected height but found no such key",
        "{\"size\": 99999} | height expected at most 16384 but found 99999",
        "{\"size\": -1} | size expected a positive integer but found -1",
        "{\"image_mean\": [1, 2]} | a number other than 0 for each of 3 channels but found",
        "{\"image_std\": [1, 0, 1]} | a number other than 0 for each of 3 channels but found",
        "{\"image_mean\": \"half\"} | image_mean expected a number or a list of numbers but found",
        "{\"do_center_crop\": true, \"crop_size\": {\"height\": 3}} | expected width but found no"
      })
  void whatIsNotSupportedIsRefused(String config, String message) throws IOException {
    ConfigFile file = ConfigFile.parse(config, "some.json");
    assertThatThrownBy(() -> ImagePreprocessor.of(file, 3))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("some.json");
  }

  @Test
  void picturesThatWouldHaveNoOrTooManyPixelsAreRefused() throws IOException {
    Picture line = new Picture(1, 3000, 1, new byte[3000]);
    for (String size :
        new String[] {
          "{\"shortest_edge\": 10}", "{\"max_height\": 1, \"max_width\": 100}",
        }) {
      ConfigFile file = ConfigFile.parse("{\"size\": " + size + "}", "some.json");
      assertThatThrownBy(() -> ImagePreprocessor.of(file, 3).prepare(List.of(line)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("picture expected sides of 1 to 16384 after resizing but found");
    }
  }

  @Test
  void picturesOfOneBatchHaveOneSize() throws IOException {
    ImagePreprocessor keep =
        ImagePreprocessor.of(ConfigFile.parse("{\"do_resize\": false}", "some.json"), 3);
    Picture small = Picture.read(Goldens.file("rgb.png"));
    Picture large = Picture.read(Goldens.file("photo.jpg"));
    assertThatThrownBy(() -> keep.prepare(List.of(small, large)))
        .hasMessage("pictures of a batch expected 23 x 16 as the first but found 48 x 67");
    assertThatThrownBy(() -> keep.prepare(List.of())).hasMessageContaining("at least one picture");
  }
}
