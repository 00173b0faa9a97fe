package io.fourierft.vision;

import java.awt.image.IndexColorModel;
import java.io.IOException;
import javax.imageio.ImageReader;
import javax.imageio.plugins.tiff.BaselineTIFFTagSet;
import javax.imageio.plugins.tiff.TIFFDirectory;
import javax.imageio.plugins.tiff.TIFFField;

/**
 * The colours of a TIFF file, 16 bits each, of which Pillow takes the upper eight and Java rounds.
 */
final class TiffPalette {
  private TiffPalette() {}

  /** Red, green and blue of each index: all reds, then all greens, then all blues. */
  static byte[] of(ImageReader reader, IndexColorModel palette) throws IOException {
    TIFFDirectory directory = TIFFDirectory.createFromMetadata(reader.getImageMetadata(0));
    TIFFField map = directory.getTIFFField(BaselineTIFFTagSet.TAG_COLOR_MAP);
    if (map == null || map.getCount() < 3) {
      return Samples.colours(palette); // black and white
    }
    byte[] colours = new byte[map.getCount()];
    for (int i = 0; i < colours.length; i++) {
      colours[i] = (byte) (map.getAsInt(i) >> Byte.SIZE);
    }
    return colours;
  }
}
