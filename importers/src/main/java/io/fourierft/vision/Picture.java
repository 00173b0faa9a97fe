package io.fourierft.vision;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.stream.FileImageInputStream;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * A decoded image of 8 bits a channel.
 *
 * @param height rows
 * @param width columns
 * @param channels 1 for grey, 3 for red, green and blue
 * @param bytes {@code [height, width, channels]} in row-major order; neither copied nor changed
 */
public record Picture(int height, int width, int channels, byte[] bytes) {
  /** Most pixels that a file may have, as Pillow warns of. */
  public static final long MAX_PIXELS = 89_478_485;

  /** Checks the sizes. */
  public Picture {
    if (height < 1 || width < 1 || channels != 1 && channels != 3) {
      throw new IllegalArgumentException(
          String.format(
              "picture expected at least one pixel of 1 or 3 channels but found %d x %d of %d",
              height, width, channels));
    }
    if (bytes.length != length(height, width, channels)) {
      throw new IllegalArgumentException(
          String.format(
              "picture of %d x %d x %d expected as many bytes but found %d",
              height, width, channels, bytes.length));
    }
  }

  static int length(int height, int width, int channels) {
    return Math.multiplyExact(Math.multiplyExact(height, width), channels);
  }

  /**
   * Decodes a file that Java's ImageIO knows: JPEG, PNG, GIF (its first image), BMP, TIFF.
   *
   * @param file the file
   * @return its pixels: grey stays grey, an alpha channel is dropped, colour profiles and
   *     orientation marks are not applied, as in Pillow
   * @throws IOException if it cannot be read, is none of these or is damaged
   */
  public static Picture read(Path file) throws IOException {
    try (ImageInputStream stream = new FileImageInputStream(file.toFile())) {
      return new PictureDecoder(stream, file.toString()).decode();
    }
  }

  /**
   * Decodes a file in memory.
   *
   * @param bytes the file's content
   * @param origin its name, for messages
   * @return its pixels, as with {@link #read}
   * @throws IOException if it is of no known format or damaged
   */
  public static Picture decode(byte[] bytes, String origin) throws IOException {
    try (ImageInputStream stream =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
      return new PictureDecoder(stream, origin).decode();
    }
  }

  /**
   * The same picture in colour or in grey.
   *
   * @param wanted 1 or 3
   * @return grey as three equal channels, or the luma of ITU-R 601-2 as Pillow rounds it
   */
  public Picture withChannels(int wanted) {
    if (wanted == channels) {
      return this;
    }
    byte[] converted = new byte[length(height, width, wanted)];
    for (int i = 0; i < height * width; i++) {
      if (channels == 1) {
        converted[3 * i] = bytes[i];
        converted[3 * i + 1] = bytes[i];
        converted[3 * i + 2] = bytes[i];
      } else {
        int red = Byte.toUnsignedInt(bytes[3 * i]);
        int green = Byte.toUnsignedInt(bytes[3 * i + 1]);
        int blue = Byte.toUnsignedInt(bytes[3 * i + 2]);
        converted[i] = (byte) (red * 19595 + green * 38470 + blue * 7471 + 0x8000 >> 16);
      }
    }
    return new Picture(height, width, wanted, converted);
  }

  /**
   * Resizes the picture to the bit as Pillow does.
   *
   * @param newHeight rows
   * @param newWidth columns
   * @param filter how
   * @return a new picture
   */
  public Picture resized(int newHeight, int newWidth, Resampling filter) {
    return Resizer.resize(this, newHeight, newWidth, filter);
  }

  /**
   * Cuts the middle out; where the picture is too small, black is put around it, as transformers
   * does.
   *
   * @param newHeight rows
   * @param newWidth columns
   * @return a new picture
   */
  public Picture centerCropped(int newHeight, int newWidth) {
    byte[] cropped = new byte[length(newHeight, newWidth, channels)];
    int top = first(height, newHeight);
    int left = first(width, newWidth);
    int start = Math.max(0, -left);
    int end = Math.min(newWidth, width - left);
    for (int y = Math.max(0, -top); y < newHeight && y + top < height; y++) {
      int from = ((y + top) * width + left + start) * channels;
      System.arraycopy(
          bytes, from, cropped, (y * newWidth + start) * channels, (end - start) * channels);
    }
    return new Picture(newHeight, newWidth, channels, cropped);
  }

  /** Where the crop begins in the picture; what is missing is shared out, the larger half first. */
  private static int first(int from, int to) {
    return to <= from ? (from - to) / 2 : -((to - from + 1) / 2);
  }
}
