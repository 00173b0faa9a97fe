package io.fourierft.vision;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fourierft.importer.ConfigFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Prepares many pictures in one JVM, for random_images.py in tools/reference that makes them: each
 * folder's picture is answered by output.json with its shape and output.f32 with its numbers, or by
 * an error.txt.
 */
final class PictureCases {
  private static final ObjectMapper JSON = new ObjectMapper();

  private PictureCases() {}

  /** Takes one argument, the folder that holds the folders of the cases. */
  public static void main(String[] args) throws IOException {
    List<Path> cases;
    try (Stream<Path> folders = Files.list(Path.of(args[0]))) {
      cases = folders.filter(folder -> Files.exists(folder.resolve("case.json"))).sorted().toList();
    }
    for (Path folder : cases) {
      try {
        answer(folder);
      } catch (IOException | RuntimeException e) {
        Files.writeString(folder.resolve("error.txt"), e.toString());
      }
    }
    System.out.println(cases.size() + " cases");
  }

  private static void answer(Path folder) throws IOException {
    JsonNode story = JSON.readTree(folder.resolve("case.json").toFile());
    ConfigFile config = ConfigFile.parse(story.get("config").toString(), folder.toString());
    ImagePreprocessor preprocessor = ImagePreprocessor.of(config, story.get("channels").intValue());
    Picture picture = Picture.read(folder.resolve(story.get("file").asText()));
    Pixels pixels = preprocessor.pixels(List.of(picture));
    ByteBuffer bytes =
        ByteBuffer.allocate(pixels.values().length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(pixels.values());
    Files.write(folder.resolve("output.f32"), bytes.array());
    int[] shape = {pixels.channels(), pixels.height(), pixels.width()};
    JSON.writeValue(folder.resolve("output.json").toFile(), shape);
  }
}
