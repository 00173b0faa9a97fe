package io.fourierft.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Against Pillow: tools/reference/images.py. */
class PictureTest {
  private static final Logger LOG = LoggerFactory.getLogger(PictureTest.class);
  private static final byte[] PIXEL = {1, 2, 3};

  @Test
  void filesAreDecodedAsPillowDecodesThem() throws IOException {
    for (JsonNode golden : Goldens.json("images.json").get("converted")) {
      String name = golden.get("file").asText();
      Picture picture = Picture.read(Goldens.file(name));
      assertThat(picture.height()).as(name).isEqualTo(golden.get("height").asInt());
      assertThat(picture.width()).as(name).isEqualTo(golden.get("width").asInt());
      int allowed = name.endsWith(".jpg") ? 1 : 0; // JPEG leaves the rounding to the decoder
      byte[] rgb = Goldens.bytes(golden.get("rgb"));
      assertThat(Goldens.deviation(picture.withChannels(3).bytes(), rgb))
          .as(name)
          .isLessThanOrEqualTo(allowed);
      byte[] grey = picture.withChannels(3).withChannels(1).bytes();
      assertThat(Goldens.deviation(grey, Goldens.bytes(golden.get("grey"))))
          .as(name)
          .isLessThanOrEqualTo(allowed);
      byte[] content = Files.readAllBytes(Goldens.file(name));
      assertThat(Picture.decode(content, name).bytes()).isEqualTo(picture.bytes());
    }
  }

  @Test
  void everyFilterIsPillowsToTheBit() throws IOException {
    JsonNode all = Goldens.json("images.json").get("resized");
    assertThat(all).hasSize(2 * 6 * 4);
    for (JsonNode golden : all) {
      Picture picture = Picture.read(Goldens.file(golden.get("file").asText()));
      Picture resized = resized(picture, golden);
      assertThat(resized.bytes())
          .as("%s %s %s", golden.get("file"), golden.get("filter"), golden.get("height"))
          .isEqualTo(Goldens.bytes(golden.get("pixels")));
    }
  }

  @Test
  void realPicturesComeOutAsPillowMakesThem() throws IOException {
    String data = System.getProperty("fourierft.data", "");
    assumeTrue(!data.isEmpty() && Files.isDirectory(Path.of(data)), "fourierft.data has no folder");
    int worst = 0;
    JsonNode all = Goldens.json("real.json");
    assertThat(all.size()).isGreaterThan(40);
    for (JsonNode golden : all) {
      String name = golden.get("file").asText();
      Picture picture =
          name.startsWith("mnist ")
              ? digit(Path.of(data), Integer.parseInt(name.substring(6)))
              : Picture.read(Path.of(data, name)).withChannels(3);
      byte[] expected = Goldens.bytes(golden.get("pixels"));
      int deviation = Goldens.deviation(resized(picture, golden).bytes(), expected);
      assertThat(deviation).as(name).isLessThanOrEqualTo(1);
      worst = Math.max(worst, deviation);
    }
    LOG.info("{} resized pictures: largest deviation from Pillow {} of 255", all.size(), worst);
  }

  private static Picture resized(Picture picture, JsonNode golden) {
    Resampling filter = Resampling.numbered(golden.get("filter").asInt()).orElseThrow();
    return picture.resized(golden.get("height").asInt(), golden.get("width").asInt(), filter);
  }

  private static Picture digit(Path data, int number) throws IOException {
    Path file = data.resolve("mnist-t10k").resolve("t10k-images-idx3-ubyte.gz");
    try (InputStream stream = new GZIPInputStream(Files.newInputStream(file))) {
      stream.skipNBytes(16 + number * 784L);
      return new Picture(28, 28, 1, stream.readNBytes(784));
    }
  }

  @Test
  void cropsAreCentredAndSmallPicturesGetABorder() {
    Picture row = new Picture(1, 3, 1, PIXEL);
    assertThat(row.centerCropped(1, 2).bytes()).containsExactly(1, 2);
    assertThat(row.centerCropped(1, 1).bytes()).containsExactly(2);
    assertThat(row.centerCropped(2, 6).bytes()).containsExactly(0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 0);
  }

  @Test
  void otherAndDamagedFilesAreRefused() throws IOException {
    assertThatThrownBy(() -> Picture.read(Goldens.file("images.json")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("expected JPEG, PNG, GIF, BMP or TIFF but found another format")
        .hasMessageContaining("images.json");
    for (String name : new String[] {"rgb.png", "photo.jpg"}) {
      byte[] whole = Files.readAllBytes(Goldens.file(name));
      byte[] cut = Arrays.copyOf(whole, 200);
      assertThatThrownBy(() -> Picture.decode(cut, name))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("(" + name + ")");
    }
  }

  @Test
  void aPictureThatDeclaresMoreThanMemoryHoldsIsRefusedBeforeAnyIsTaken() throws IOException {
    byte[] bomb = Files.readAllBytes(Goldens.file("rgb.png"));
    ByteBuffer.wrap(bomb).putInt(16, 60_000).putInt(20, 60_000).putInt(29, crc(bomb, 12, 29));
    assertThatThrownBy(() -> Picture.decode(bomb, "bomb.png"))
        .isInstanceOf(IOException.class)
        .hasMessage("image expected at most 89478485 pixels but found 60000 x 60000 (bomb.png)");
    byte[] deep = Files.readAllBytes(Goldens.file("deep.png")); // 6 bytes each
    ByteBuffer.wrap(deep).putInt(16, 9_000).putInt(20, 9_000).putInt(29, crc(deep, 12, 29));
    assertThatThrownBy(() -> Picture.decode(deep, "deep.png"))
        .hasMessage(
            "image expected at most 357913940 bytes of samples but found 486000000 (deep.png)");
    byte[] screen = Files.readAllBytes(Goldens.file("screen.gif"));
    Arrays.fill(screen, 6, 10, (byte) 0xff);
    assertThatThrownBy(() -> Picture.decode(screen, "screen.gif"))
        .hasMessageContaining("pixels but found 65535 x 65535 (screen.gif)");
  }

  private static int crc(byte[] bytes, int from, int to) {
    CRC32 crc = new CRC32();
    crc.update(bytes, from, to - from);
    return (int) crc.getValue();
  }

  @Test
  void aJpegIsNotFilledUpWithGrey() throws IOException {
    byte[] whole = Files.readAllBytes(Goldens.file("whole.jpg"));
    for (int length = whole.length - 40; length > 2; length -= 97) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> Picture.decode(cut, "cut.jpg"))
          .as("the first %d bytes of %d", length, whole.length)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("expected a whole file but found damage")
          .hasMessageContaining("(cut.jpg)");
    }
  }

  @Test
  void aTiffThatIsCutOffInItsColoursIsRefused() throws IOException {
    byte[] whole = Files.readAllBytes(Goldens.file("palette.tif"));
    for (int length = whole.length - 1; length > 8; length -= 31) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> Picture.decode(cut, "cut.tif"))
          .as("the first %d bytes of %d", length, whole.length)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("(cut.tif)");
    }
  }

  @Test
  void picturesHaveTheirBytes() {
    assertThatThrownBy(() -> new Picture(1, 1, 1, PIXEL))
        .hasMessage("picture of 1 x 1 x 1 expected as many bytes but found 3");
    assertThatThrownBy(() -> new Picture(1, 1, 4, new byte[4]))
        .hasMessageContaining("of 1 or 3 channels but found 1 x 1 of 4");
  }
}
