package io.fourierft.importer;

import static org.assertj.core.api.Assertions.assertThat;

import io.fourierft.text.TokenizerFuzzTest;
import io.fourierft.vision.PictureFuzzTest;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Replays the committed inputs of the fuzz tests. */
class FuzzInputsTest {
  private interface Target {
    void accept(byte[] input) throws IOException;
  }

  @TestFactory
  Stream<DynamicTest> committedInputsAreHandled() throws IOException, URISyntaxException {
    TokenizerFuzzTest tokenizers = new TokenizerFuzzTest();
    return Stream.of(
            inputs(TokenizerFuzzTest.class, "pieces", tokenizers::pieces),
            inputs(TokenizerFuzzTest.class, "vocabularies", tokenizers::vocabularies),
            inputs(TokenizerFuzzTest.class, "file", tokenizers::file),
            inputs(ConfigFuzzTest.class, "config", new ConfigFuzzTest()::config),
            inputs(PictureFuzzTest.class, "picture", new PictureFuzzTest()::picture))
        .flatMap(List::stream);
  }

  private static List<DynamicTest> inputs(Class<?> test, String method, Target target)
      throws IOException, URISyntaxException {
    URI directory = test.getResource(test.getSimpleName() + "Inputs/" + method).toURI();
    try (Stream<Path> files = Files.list(Path.of(directory))) {
      List<DynamicTest> tests =
          files
              .sorted()
              .map(
                  file ->
                      DynamicTest.dynamicTest(
                          method + " " + file.getFileName(),
                          () -> target.accept(Files.readAllBytes(file))))
              .toList();
      assertThat(tests).as("inputs of %s", method).isNotEmpty();
      return tests;
    }
  }
}
