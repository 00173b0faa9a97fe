package io.fourierft.vision;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.SampleModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.ImageInputStream;

/**
 * Decodes files with Java's ImageIO to the pixels that Pillow has. How much a file declares is
 * looked at before memory is taken.
 */
final class PictureDecoder {
  private static final long MAX_BYTES = 4 * Picture.MAX_PIXELS;

  /** What is wrong with a file, in whole words. */
  private static final class Refusal extends IOException {
    private static final long serialVersionUID = 1;

    Refusal(String what, Exception cause) {
      super(what, cause);
    }
  }

  private final ImageInputStream stream;
  private final String origin;

  PictureDecoder(ImageInputStream stream, String origin) {
    this.stream = stream;
    this.origin = origin;
  }

  /** Decodes the first image of the file. */
  Picture decode() throws IOException {
    Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
    if (!readers.hasNext()) {
      throw refusal("JPEG, PNG, GIF, BMP or TIFF", "another format");
    }
    ImageReader reader = readers.next();
    try {
      return JpegHeader.begins(stream) ? jpeg(reader) : other(reader);
    } catch (Refusal e) {
      throw e;
    } catch (IOException e) {
      throw damage(e.getMessage(), e);
    } catch (RuntimeException e) { // the decoders throw what they come upon
      throw damage(e.toString(), e);
    } finally {
      reader.dispose();
    }
  }

  private Refusal refusal(String expected, String found) {
    return new Refusal(
        "image expected " + expected + " but found " + found + " (" + origin + ")", null);
  }

  private Refusal damage(String found, Exception cause) {
    return new Refusal(
        "image expected a whole file but found damage: " + found + " (" + origin + ")", cause);
  }

  private Picture jpeg(ImageReader reader) throws IOException {
    JpegHeader header = JpegHeader.read(stream);
    reader.setInput(stream, false, true);
    requireBounded(reader.getWidth(0), reader.getHeight(0), header.components().length);
    List<String> warnings = new ArrayList<>();
    reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
    Raster raster = reader.readRaster(0, null);
    if (!warnings.isEmpty() && !JpegHeader.ends(stream)) {
      throw damage(warnings.get(0), null); // the rest of the picture would be grey
    }
    return JpegColours.picture(raster, header.colours());
  }

  private Picture other(ImageReader reader) throws IOException {
    String format = reader.getFormatName().toLowerCase(Locale.ROOT);
    boolean describes = format.equals("gif") || format.startsWith("tif");
    reader.setInput(stream, true, !describes);
    requireBounded(reader.getWidth(0), reader.getHeight(0), bytesPerPixel(reader));
    if (format.equals("gif")) {
      GifCanvas canvas = GifCanvas.of(reader);
      requireBounded(canvas.width(), canvas.height(), 1);
      return canvas.picture(reader.read(0));
    }
    BufferedImage image = reader.read(0);
    return format.startsWith("tif") && image.getColorModel() instanceof IndexColorModel palette
        ? Samples.picture(image, TiffPalette.of(reader, palette))
        : Samples.picture(image);
  }

  private static int bytesPerPixel(ImageReader reader) throws IOException {
    ImageTypeSpecifier type = reader.getRawImageType(0);
    if (type == null) {
      return 1;
    }
    SampleModel samples = type.getSampleModel(1, 1);
    int bits = 0;
    for (int band = 0; band < samples.getNumBands(); band++) {
      bits += samples.getSampleSize(band);
    }
    return (bits + Byte.SIZE - 1) / Byte.SIZE;
  }

  private void requireBounded(int width, int height, int bytesPerPixel) throws Refusal {
    long pixels = (long) width * height;
    if (pixels > Picture.MAX_PIXELS) {
      throw refusal("at most " + Picture.MAX_PIXELS + " pixels", width + " x " + height);
    }
    if (pixels * bytesPerPixel > MAX_BYTES) {
      throw refusal("at most " + MAX_BYTES + " bytes of samples", pixels * bytesPerPixel + "");
    }
  }
}
