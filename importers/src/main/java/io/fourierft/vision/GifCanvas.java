package io.fourierft.vision;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadata;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/**
 * Where the first image of a GIF lies on the screen that the file describes. What it leaves over
 * has the transparent colour, or the first one, as in Pillow.
 *
 * @param width columns of the screen
 * @param height rows of the screen
 * @param left column of the image's first pixel
 * @param top row of the image's first pixel
 * @param background index of the colour of what is left over
 */
record GifCanvas(int width, int height, int left, int top, int background) {

  /** Reads the place from a reader's metadata. */
  static GifCanvas of(ImageReader reader) throws IOException {
    IIOMetadata screen = reader.getStreamMetadata();
    IIOMetadata image = reader.getImageMetadata(0);
    int left = number(image, "ImageDescriptor", "imageLeftPosition");
    int top = number(image, "ImageDescriptor", "imageTopPosition");
    int wide = number(screen, "LogicalScreenDescriptor", "logicalScreenWidth");
    int high = number(screen, "LogicalScreenDescriptor", "logicalScreenHeight");
    boolean transparent =
        text(image, "GraphicControlExtension", "transparentColorFlag").equalsIgnoreCase("true");
    return new GifCanvas(
        Math.max(wide, left + reader.getWidth(0)),
        Math.max(high, top + reader.getHeight(0)),
        left,
        top,
        transparent ? number(image, "GraphicControlExtension", "transparentColorIndex") : 0);
  }

  private static int number(IIOMetadata metadata, String element, String attribute)
      throws IOException {
    String text = text(metadata, element, attribute);
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IOException(attribute + " expected a number but found " + text, e);
    }
  }

  private static String text(IIOMetadata metadata, String element, String attribute) {
    Node root = metadata.getAsTree(metadata.getNativeMetadataFormatName());
    NodeList found = ((Element) root).getElementsByTagName(element);
    return found.getLength() == 0 ? "" : ((Element) found.item(0)).getAttribute(attribute);
  }

  /** The screen with the image on it. */
  Picture picture(BufferedImage image) throws IOException {
    boolean whole = image.getWidth() == width && image.getHeight() == height;
    if (whole || !(image.getColorModel() instanceof IndexColorModel palette)) {
      return Samples.picture(image);
    }
    BufferedImage screen =
        new BufferedImage(width, height, BufferedImage.TYPE_BYTE_INDEXED, palette);
    Raster source = image.getRaster();
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        boolean inside =
            x >= left && y >= top && x - left < source.getWidth() && y - top < source.getHeight();
        int index = inside ? source.getSample(x - left, y - top, 0) : background;
        screen.getRaster().setSample(x, y, 0, index);
      }
    }
    return Samples.picture(screen);
  }
}
