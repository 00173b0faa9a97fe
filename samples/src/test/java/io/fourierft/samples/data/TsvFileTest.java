package io.fourierft.samples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TsvFileTest {
  @TempDir private Path folder;

  @Test
  void theSplitDoesNotDependOnTheOrderOfTheLines() throws IOException {
    List<String> lines = new ArrayList<>(lines(70));
    TextData sorted = TsvFile.read(write(String.join("\n", lines) + "\n"));
    Collections.shuffle(lines, new Random(1));
    TextData shuffled = TsvFile.read(write(String.join("\r\n", lines)));

    assertThat(sorted.train()).hasSize(60);
    assertThat(sorted.test()).hasSize(10);
    assertThat(sorted.labels()).containsExactly("even", "odd");
    assertThat(shuffled.trainDigest()).isEqualTo(sorted.trainDigest());
    assertThat(shuffled.testDigest()).isEqualTo(sorted.testDigest());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "no tab here;line expected label TAB text but found \"no tab here\"",
        "a\\tb\\tc;line expected label TAB text but found",
        "\\ttext;label expected at least one character but found",
        "label\\t;text expected at least one character but found",
        "'';line expected label TAB text but found \"\""
      })
  void aBrokenLineIsNamed(String line, String message) throws IOException {
    Path file = write(String.join("\n", lines(8)) + "\n" + line.replace("\\t", "\t") + "\n");

    assertThatThrownBy(() -> TsvFile.read(file))
        .isInstanceOf(BrokenDataException.class)
        .hasMessageStartingWith(message)
        .hasMessageEndingWith("(" + file + ", line 9)");
  }

  @Test
  void bytesThatAreNoTextAreNamed() throws IOException {
    Path file = folder.resolve("data.tsv");
    Files.write(file, "even\tcaf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));

    assertThatThrownBy(() -> TsvFile.read(file))
        .hasMessageStartingWith("line expected UTF-8 but found")
        .hasMessageEndingWith("line 1)");
  }

  @Test
  void oneCategoryIsNotEnough() throws IOException {
    Path file = write("a\tx\n".repeat(10));

    assertThatThrownBy(() -> TsvFile.read(file))
        .hasMessage("categories expected 2 to 10000 but found \"1\" (" + file + ")");
  }

  @Test
  void aFewLinesAreNotEnough() throws IOException {
    Path file = write("a\tx\nb\ty\n");

    assertThatThrownBy(() -> TsvFile.read(file))
        .hasMessageStartingWith("lines expected at least 7");
  }

  @Test
  void aMissingFileIsToldAsSuch() {
    assertThatThrownBy(() -> TsvFile.read(folder.resolve("none.tsv")))
        .isInstanceOf(NoSuchFileException.class);
  }

  private static List<String> lines(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> (i % 2 == 0 ? "even" : "odd") + "\tnumber " + i)
        .toList();
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("data.tsv"), text);
  }
}
