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
  private static final int BLACK_IS_ZERO =
      BaselineTIFFTagSet.PHOTOMETRIC_INTERPRETATION_BLACK_IS_ZERO;

  private TiffPalette() {}

  /** Red, green and blue of each index: all reds, then all greens, then all blues. */
  static byte[] of(ImageReader reader, IndexColorModel palette) throws IOException {
    TIFFDirectory directory = TIFFDirectory.createFromMetadata(reader.getImageMetadata(0));
    TIFFField kind = directory.getTIFFField(BaselineTIFFTagSet.TAG_PHOTOMETRIC_INTERPRETATION);
    TIFFField map = directory.getTIFFField(BaselineTIFFTagSet.TAG_COLOR_MAP);
    boolean grey = kind != null && kind.getAsInt(0) <= BLACK_IS_ZERO;
    if (grey) {
      return Samples.colours(palette);
    }
    if (map == null || map.getCount() < 3 * palette.getMapSize()) {
      throw new IOException("TIFF expected a map of its colours but found none");
    }
    byte[] colours = new byte[map.getCount()];
    for (int i = 0; i < colours.length; i++) {
      colours[i] = (byte) (map.getAsInt(i) >> Byte.SIZE);
    }
    return colours;
  }
}
