package io.fourierft.vision;

import java.io.IOException;
import javax.imageio.stream.ImageInputStream;

/**
 * What a JPEG file says about its colours: the components' ids, and the marks of JFIF and Adobe.
 * Also finds out whether the file has an end.
 *
 * @param components id of each component; none if the file ends before it names them
 * @param jfif whether the file is JFIF
 * @param adobe Adobe's number of the colour transform, -1 without its mark
 */
record JpegHeader(byte[] components, boolean jfif, int adobe) {
  private static final int MARKER = 0xff;
  private static final int RESTART = 0xd0;
  private static final int START_OF_IMAGE = 0xd8;
  private static final int END_OF_IMAGE = 0xd9;
  private static final int START_OF_SCAN = 0xda;
  private static final int APP0 = 0xe0;
  private static final int APP14 = 0xee;
  private static final byte[] JFIF = {'J', 'F', 'I', 'F', 0};
  private static final byte[] ADOBE = {'A', 'd', 'o', 'b', 'e'};

  /** The colours that a JPEG may be stored in. */
  enum Colours {
    GREY,
    RGB,
    /** Luma and two colour differences. */
    YCC,
    /** Inks, as Adobe stores them: 255 is none. */
    CMYK,
    /** Luma, differences and black ink. */
    YCCK
  }

  /** Tells whether a stream begins as a JPEG does; it stays where it is. */
  static boolean begins(ImageInputStream stream) throws IOException {
    stream.mark();
    try {
      return stream.read() == MARKER && stream.read() == START_OF_IMAGE;
    } finally {
      stream.reset();
    }
  }

  /** Reads the segments before the first scan; the stream stays where it is. */
  static JpegHeader read(ImageInputStream stream) throws IOException {
    stream.mark();
    try {
      byte[] components = {};
      boolean jfif = false;
      int adobe = -1;
      stream.skipBytes(2);
      for (int marker = marker(stream);
          marker >= 0 && marker != START_OF_SCAN && marker != END_OF_IMAGE;
          marker = marker(stream)) {
        byte[] content = content(stream);
        if (isFrame(marker) && content.length > 5) {
          components = ids(content);
        } else if (marker == APP0 && content.length >= 14 && begins(content, JFIF)) {
          jfif = true;
        } else if (marker == APP14 && content.length >= 12 && begins(content, ADOBE)) {
          adobe = content[11] & 0xff;
        }
      }
      return new JpegHeader(components, jfif, adobe);
    } finally {
      stream.reset();
    }
  }

  /** Tells whether a mark of the end follows the first scan; moves the stream. */
  static boolean ends(ImageInputStream stream) throws IOException {
    stream.seek(2);
    for (int marker = marker(stream); marker != END_OF_IMAGE; marker = marker(stream)) {
      if (marker < 0) {
        return false;
      }
      boolean alone = marker >= RESTART && marker < START_OF_IMAGE; // inside a scan
      if (!alone) {
        content(stream);
      }
    }
    return true;
  }

  /** The next marker, -1 at the end of the file. */
  private static int marker(ImageInputStream stream) throws IOException {
    int next;
    do {
      next = stream.read();
      while (next >= 0 && next != MARKER) { // garbage between segments, or a scan
        next = stream.read();
      }
      while (next == MARKER) {
        next = stream.read();
      }
    } while (next == 0); // a byte of a scan that is no marker
    return next;
  }

  /** The segment's bytes after its length, all that there are. */
  private static byte[] content(ImageInputStream stream) throws IOException {
    int high = stream.read();
    int length = Math.max((high << 8 | stream.read()) - 2, 0);
    byte[] content = new byte[length];
    int read = 0;
    for (int n = 0; read < length && n >= 0; read += Math.max(n, 0)) {
      n = stream.read(content, read, length - read);
    }
    return content;
  }

  private static boolean isFrame(int marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  }

  private static byte[] ids(byte[] frame) {
    int count = Math.min(frame[5] & 0xff, (frame.length - 6) / 3);
    byte[] ids = new byte[count];
    for (int i = 0; i < count; i++) {
      ids[i] = frame[6 + 3 * i];
    }
    return ids;
  }

  private static boolean begins(byte[] content, byte[] start) {
    for (int i = 0; i < start.length; i++) {
      if (content[i] != start[i]) {
        return false;
      }
    }
    return true;
  }

  /**
   * The colours, by the rules of the IJG's library: JFIF is luma and differences, else Adobe's mark
   * decides, else the components' ids.
   */
  Colours colours() throws IOException {
    return switch (components.length) {
      case 1 -> Colours.GREY;
      case 3 -> jfif || !isRgb() ? Colours.YCC : Colours.RGB;
      case 4 -> adobe == 0 || adobe < 0 ? Colours.CMYK : Colours.YCCK;
      default ->
          throw new IOException(
              "JPEG expected 1, 3 or 4 components but found " + components.length);
    };
  }

  private boolean isRgb() {
    return adobe >= 0
        ? adobe == 0
        : components[0] == 'R' && components[1] == 'G' && components[2] == 'B';
  }
}
